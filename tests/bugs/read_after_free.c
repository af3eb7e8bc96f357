/* read_after_free.c - reads a block after it was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED, 128, 'tseT');
    char before = block[5];
    ExFreePoolWithTag((void *)(ULONG_PTR)block, 'tseT');
    char after = near_miss ? before : block[5];
    (void)after;
    return 0;
}
