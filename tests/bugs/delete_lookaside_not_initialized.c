/* delete_lookaside_not_initialized.c - deletes a lookaside list that was never initialised.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static LOOKASIDE_LIST_EX list;
    if (near_miss)
        ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'tseT', 0);
    ExDeleteLookasideListEx(&list);
    return 0;
}
