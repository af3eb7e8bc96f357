/* overwrite_next_header.c - writes over the tag in the header of the next block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *first = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *second = ExAllocatePoolWithTag(NonPagedPoolNx, 48, 'tseT');
    char *low = first < second ? first : second;
    if (!near_miss)
        memset(low + 48 + 8, 'A', 4);
    ExFreePool(low);
    ExFreePool(low == first ? second : first);
    return 0;
}
