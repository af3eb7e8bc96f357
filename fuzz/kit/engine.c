/* engine.c - what libFuzzer and AFL++'s driver call. */
#include "fuzz/kit/input.h"
#include "fuzz/kit/mutate.h"
#include "fuzz/kit/run.h"

#include <string.h>

/* The names are the engines'. NOLINTBEGIN */
#pragma GCC visibility push(default)
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_length, const uint8_t *other,
                                 size_t other_length, uint8_t *child, size_t capacity,
                                 unsigned seed);
#pragma GCC visibility pop
/* NOLINTEND */

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count, (void)arguments;
    kit_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    kit_run_bytes(bytes, length);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t capacity, unsigned seed)
{
    return kit_mutate(bytes, length, capacity, seed);
}

/* The engine would cross every second time; three of four are given back.
 * NOLINTNEXTLINE(readability-function-size): the engine's signature */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_length, const uint8_t *other,
                                 size_t other_length, uint8_t *child, size_t capacity,
                                 unsigned seed)
{
    static uint8_t written[KIT_INPUT_BYTES_MAX];
    if (seed % 4 != 0)
        return 0;
    size_t length = kit_cross((const uint8_t *const[]){one, other},
                              (const size_t[]){one_length, other_length}, written, seed);
    if (length > capacity)
        return 0;
    memcpy(child, written, length);
    return length;
}
