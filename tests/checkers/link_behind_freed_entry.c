/* link_behind_freed_entry.c - puts an entry into a list whose last one was freed and never taken
 * out. With an argument it is the near miss. */
#include <wdm.h>

struct item {
    char name[24];
    LIST_ENTRY link;
};

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    LIST_ENTRY list;
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&list);
    struct item *first = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *first, 'tseT');
    struct item *second = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *second, 'tseT');
    ExInterlockedInsertTailList(&list, &first->link, &lock);
    if (near_miss)
        ExInterlockedRemoveHeadList(&list, &lock);
    ExFreePoolWithTag(first, 'tseT');
    ExInterlockedInsertTailList(&list, &second->link, &lock);
    ExFreePoolWithTag(second, 'tseT');
    return 0;
}
