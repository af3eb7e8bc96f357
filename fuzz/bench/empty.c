/* empty.c - a target that does nothing: what an engine can do at most on this machine. */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return 0;
}
