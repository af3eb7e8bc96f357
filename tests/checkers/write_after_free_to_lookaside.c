/* write_after_free_to_lookaside.c - writes to an entry that waits in a lookaside list.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    LOOKASIDE_LIST_EX list;
    if (!NT_SUCCESS(
            ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 100, 'tseT', 0)))
        return 1;
    char *entry = ExAllocateFromLookasideListEx(&list);
    entry[50] = 1;
    ExFreeToLookasideListEx(&list, entry);
    if (!near_miss)
        entry[50] = 2;
    ExDeleteLookasideListEx(&list);
    return 0;
}
