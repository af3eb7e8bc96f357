/* zero_own_header.c - zeroes its own header.
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
        memset(high - 16, 0, 16);
    ExFreePool(high);
    ExFreePool(high == block ? other : block);
    return 0;
}
