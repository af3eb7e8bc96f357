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
    EXPECT(RemoveTailList(&head) == &entries[2]);
    for (int i = 0; i < 2; i++)
        EXPECT(RemoveHeadList(&head) == &entries[i]);
    EXPECT(IsListEmpty(&head) && RemoveHeadList(&head) == &head);
}

TEST(links_that_do_not_agree_are_a_stop_in_every_routine)
{
    LIST_ENTRY head;
    LIST_ENTRY entries[2];
    InitializeListHead(&head);
    InsertTailList(&head, &entries[0]);
    LIST_ENTRY stray = entries[0]; /* nobody points at it */
    EXPECT_BUGCHECK(0x139, 3)
    {
        RemoveEntryList(&stray);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[1], (uintptr_t)&stray);
    LIST_ENTRY other = head;
    EXPECT_BUGCHECK(0x139, 3)
    {
        InsertTailList(&other, &entries[1]);
    }
    EXPECT_BUGCHECK(0x139, 3)
    {
        InsertHeadList(&other, &entries[1]);
    }
    EXPECT_BUGCHECK(0x139, 3)
    {
        RemoveHeadList(&other);
    }
    EXPECT_BUGCHECK(0x139, 3)
    {
        RemoveTailList(&other);
    }
    EXPECT_BUGCHECK(0x139, 3)
    {
        AppendTailList(&other, &entries[1]);
    }
    EXPECT(RemoveHeadList(&head) == &entries[0]);
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
