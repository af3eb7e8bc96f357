#include "tests/expect.h"

#include <ntifs.h>

TEST(removing_says_whether_the_list_is_empty_then)
{
    LIST_ENTRY head;
    LIST_ENTRY entries[2];
    InitializeListHead(&head);
    InsertTailList(&head, &entries[0]);
    InsertHeadList(&head, &entries[1]);
    EXPECT(!RemoveEntryList(&entries[0]) && !IsListEmpty(&head));
    EXPECT(RemoveEntryList(&entries[1]) && IsListEmpty(&head));
}

TEST(lists_are_joined_in_order)
{
    LIST_ENTRY head;
    LIST_ENTRY entries[3];
    InitializeListHead(&head);
    InsertTailList(&head, &entries[0]);
    InitializeListHead(&entries[1]);
    InsertTailList(&entries[1], &entries[2]);
    AppendTailList(&head, &entries[1]);
    for (int i = 0; i < 3; i++)
        EXPECT(RemoveHeadList(&head) == &entries[i]);
    EXPECT(IsListEmpty(&head));
}

TEST(single_lists_are_stacks)
{
    SINGLE_LIST_ENTRY head = {NULL};
    SINGLE_LIST_ENTRY entries[2];
    PushEntryList(&head, &entries[0]);
    PushEntryList(&head, &entries[1]);
    EXPECT(PopEntryList(&head) == &entries[1] && PopEntryList(&head) == &entries[0]);
    EXPECT(PopEntryList(&head) == NULL);
}

TESTS_MAIN("list")
