/* lookaside_of_tiny_entries.c - makes a lookaside list of four-byte entries.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static LOOKASIDE_LIST_EX list;
    SIZE_T size = near_miss ? 8 : 4;
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, size, 'tseT', 0);
    ExDeleteLookasideListEx(&list);
    return 0;
}
