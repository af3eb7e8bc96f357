/* lists_in_blocks.c - blocks on lists of Windows' kinds, taken off and freed. */
#include <wdm.h>

struct item {
    LIST_ENTRY link;
    SLIST_ENTRY single;
    ULONG number;
};

int main(void)
{
    static DECLSPEC_ALIGN(16) SLIST_HEADER singles;
    LIST_ENTRY head;
    ULONG sum = 0;
    InitializeListHead(&head);
    InitializeSListHead(&singles);
    for (ULONG i = 0; i < 100; i++) {
        struct item *item = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *item, 'tseT');
        item->number = i;
        InsertTailList(&head, &item->link);
        InterlockedPushEntrySList(&singles, &item->single);
    }
    while (InterlockedPopEntrySList(&singles) != NULL)
        sum++;
    while (!IsListEmpty(&head)) {
        struct item *item = CONTAINING_RECORD(RemoveHeadList(&head), struct item, link);
        sum += item->number;
        ExFreePoolWithTag(item, 'tseT');
    }
    return sum != 100 + 99 * 100 / 2;
}
