/* fault_in_page_code.c - writes to a freed lookaside entry of a page and more: its link leads the
 * code for whole pages astray.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 5000, 'tseT', 0);
    char *first = ExAllocateFromNPagedLookasideList(&list);
    char *second = ExAllocateFromNPagedLookasideList(&list);
    ExFreeToNPagedLookasideList(&list, first);
    ExFreeToNPagedLookasideList(&list, second);
    if (!near_miss)
        *(char **)second = second + ((SIZE_T)1 << 30);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    second = ExAllocateFromNPagedLookasideList(&list);
    first = ExAllocateFromNPagedLookasideList(&list);
    KeLowerIrql(old);
    ExFreeToNPagedLookasideList(&list, first);
    ExFreeToNPagedLookasideList(&list, second);
    ExDeleteNPagedLookasideList(&list);
    return 0;
}
