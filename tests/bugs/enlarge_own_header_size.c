/* enlarge_own_header_size.c - makes the size in its own header leave the page.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *other = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *high = block > other ? block : other;
    if (!near_miss)
        high[-13] = 120;
    ExFreePool(high);
    ExFreePool(high == block ? other : block);
    return 0;
}
