/* write_freed_links.c - writes to a freed block, over its list links.
 * With an argument it is the near miss. */
#include <expool/statistics.h>
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *kept = ExAllocatePoolWithTag(NonPagedPoolNx, 2000, 'tseT');
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 1000, 'tseT');
    char *last = ExAllocatePoolWithTag(NonPagedPoolNx, 900, 'tseT');
    ExFreePool(block);
    expool_pool_trim(); /* caches have no links: out of the cache, onto a list */
    if (!near_miss)
        memset(block, 'A', 16);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 1000, 'tseT'));
    ExFreePool(last);
    ExFreePool(kept);
    return 0;
}
