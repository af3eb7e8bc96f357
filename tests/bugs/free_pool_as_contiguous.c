/* free_pool_as_contiguous.c - gives a pool block back as contiguous memory.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    PHYSICAL_ADDRESS highest;
    highest.QuadPart = -1;
    void *block = near_miss ? MmAllocateContiguousMemory(PAGE_SIZE, highest)
                            : ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, 'tseT');
    MmFreeContiguousMemory(block);
    return 0;
}
