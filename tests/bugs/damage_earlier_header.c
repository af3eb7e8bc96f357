/* damage_earlier_header.c - frees a block behind one whose header was overwritten.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *a = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *b = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *high = a > b ? a : b;
    if (!near_miss) {
        memset((char *)PAGE_ALIGN(high), 'A', 16);
        memset(high - 16, 'A', 16);
    }
    ExFreePool(high);
    ExFreePool(high == a ? b : a);
    return 0;
}
