/* allocate_zero_bytes.c - asks for zero bytes.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, near_miss ? 1 : 0, 'tseT');
    ExFreePool(block);
    return 0;
}
