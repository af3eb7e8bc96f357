/* initialize_lookaside_twice.c - initialises a lookaside list in use again.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static LOOKASIDE_LIST_EX list;
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'tseT', 0);
    if (near_miss)
        ExDeleteLookasideListEx(&list);
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'tseT', 0);
    ExDeleteLookasideListEx(&list);
    return 0;
}
