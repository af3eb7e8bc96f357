/* read_after_free.c - reads a block after it was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    char read = block[5];
    ExFreePoolWithTag((PVOID)(ULONG_PTR)block, 'tseT');
    if (!near_miss)
        read = block[5];
    (void)read;
    return 0;
}
