/* overflow_in_block.c - a signed number in a block grows over its end.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile LONG *block = ExAllocatePool2(POOL_FLAG_PAGED, sizeof *block, 'tseT');
    *block = 0x7FFFFFFE;
    *block = *block + (near_miss ? 1 : 2);
    ExFreePoolWithTag((PVOID)(ULONG_PTR)block, 'tseT');
    return 0;
}
