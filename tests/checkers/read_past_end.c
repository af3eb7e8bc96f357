/* read_past_end.c - reads the byte behind a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    char read = block[near_miss ? 99 : 100];
    (void)read;
    ExFreePoolWithTag((PVOID)(ULONG_PTR)block, 'tseT');
    return 0;
}
