/* read_misaligned_in_block.c - reads a number at an odd address of a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    volatile LONG *number = (LONG *)(PVOID)(block + (near_miss ? 4 : 3));
    LONG read = *number;
    (void)read;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
