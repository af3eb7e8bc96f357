#include "tests/verified.h"

#include "expool/list.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 3000, ENTRY_BYTES = 32 };

static SLIST_HEADER head;

static void *push_pop_free(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        InterlockedPushEntrySList(&head, (PSLIST_ENTRY)(void *)nonpaged(ENTRY_BYTES));
        ExFreePoolWithTag(InterlockedPopEntrySList(&head), TAG);
    }
    return NULL;
}

TEST(an_entry_may_be_freed_while_others_pop)
{
    pthread_t threads[THREADS];
    verified("tier=guard");
    InitializeSListHead(&head);
    expool_on_bugcheck(expect_hook, NULL); /* any bug check fails the test */
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(pthread_create(&threads[i], NULL, push_pop_free, NULL), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(QueryDepthSList(&head), 0);
}

TEST(an_entry_freed_on_the_list_is_a_stop_and_no_hang_afterwards)
{
    verified("tier=guard");
    expool_on_bugcheck(expect_hook, NULL);
    InitializeSListHead(&head);
    unsigned char *entry = nonpaged(ENTRY_BYTES);
    InterlockedPushEntrySList(&head, (PSLIST_ENTRY)(void *)entry);
    ExFreePoolWithTag(entry, TAG);
    EXPECT_BUGCHECK(0xD5, 0)
    {
        InterlockedPopEntrySList(&head);
    }
    EXPECT(InterlockedFlushSList(&head) == (PSLIST_ENTRY)(void *)entry);
    EXPECT(InterlockedPopEntrySList(&head) == NULL);
}

TESTS_MAIN("slist_verified")
