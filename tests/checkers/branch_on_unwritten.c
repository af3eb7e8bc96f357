/* branch_on_unwritten.c - decides by what it never wrote to a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 100, 'tseT');
    if (near_miss)
        block[5] = 1;
    if (block[5] == 77)
        return 1;
    ExFreePoolWithTag((PVOID)(ULONG_PTR)block, 'tseT');
    return 0;
}
