/* overrun_into_next_header.c - writes one byte into the header of the next block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *first = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *second = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *low = first < second ? first : second;
    memset(low, 'A', near_miss ? 48 : 49);
    ExFreePool(low);
    ExFreePool(low == first ? second : first);
    return 0;
}
