/* overrun_of_lookaside_entry.c - writes behind an entry of a lookaside list.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static LOOKASIDE_LIST_EX list;
    ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 64, 'tseT', 0);
    char *entry = ExAllocateFromLookasideListEx(&list);
    entry[near_miss ? 63 : 64] = 1;
    ExFreeToLookasideListEx(&list, entry);
    ExDeleteLookasideListEx(&list);
    return 0;
}
