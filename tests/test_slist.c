#include "tests/expect.h"

#include "expool/list.h"
#include "expool/seh.h"

#include <pthread.h>

enum { ENTRIES = 64, THREADS = 4, ROUNDS = 20000 };

static SLIST_HEADER head;
static struct {
    SLIST_ENTRY link;
    unsigned owner; /* nonzero while a thread holds it */
} entries[ENTRIES];
static unsigned clashes;

TEST(push_returns_the_old_first_and_pop_the_new)
{
    InitializeSListHead(&head);
    EXPECT(InterlockedPopEntrySList(&head) == NULL);
    EXPECT(InterlockedPushEntrySList(&head, &entries[0].link) == NULL);
    EXPECT(InterlockedPushEntrySList(&head, &entries[1].link) == &entries[0].link);
    EXPECT_EQUAL(QueryDepthSList(&head), 2);
    EXPECT(InterlockedPopEntrySList(&head) == &entries[1].link);
    EXPECT(InterlockedPopEntrySList(&head) == &entries[0].link);
    EXPECT_EQUAL(QueryDepthSList(&head), 0);
}

TEST(flush_takes_the_whole_chain)
{
    ExInitializeSListHead(&head);
    for (unsigned i = 0; i < 3; i++)
        InterlockedPushEntrySList(&head, &entries[i].link);
    PSLIST_ENTRY first = InterlockedFlushSList(&head);
    EXPECT(first == &entries[2].link && first->Next->Next == &entries[0].link);
    EXPECT(first->Next->Next->Next == NULL);
    EXPECT_EQUAL(QueryDepthSList(&head), 0);
    EXPECT(InterlockedFlushSList(&head) == NULL);
}

TEST(the_first_entry_can_be_looked_at)
{
    InitializeSListHead(&head);
    EXPECT(FirstEntrySList(&head) == NULL);
    InterlockedPushEntrySList(&head, &entries[1].link);
    InterlockedPushEntrySList(&head, &entries[0].link);
    EXPECT(FirstEntrySList(&head) == &entries[0].link);
    EXPECT_EQUAL(QueryDepthSList(&head), 2);
}

TEST(a_header_out_of_line_is_a_misalignment)
{
    static _Alignas(16) char bytes[64];
    volatile NTSTATUS status = 0;
    __try {
        InitializeSListHead((PSLIST_HEADER)(void *)(bytes + 8));
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    EXPECT_EQUAL((ULONG)status, 0x80000002);
}

TEST(the_depth_wraps_at_65536)
{
    static SLIST_ENTRY many[65537];
    InitializeSListHead(&head);
    for (unsigned i = 0; i < 65536; i++)
        InterlockedPushEntrySList(&head, &many[i]);
    EXPECT_EQUAL(QueryDepthSList(&head), 0);
    InterlockedPushEntrySList(&head, &many[65536]);
    EXPECT_EQUAL(QueryDepthSList(&head), 1);
}

TEST(the_ex_spellings_drop_the_lock)
{
    InitializeSListHead(&head);
    EXPECT(ExInterlockedPushEntrySList(&head, &entries[0].link, NULL) == NULL);
    EXPECT(ExInterlockedPushEntrySList(&head, &entries[1].link, NULL) == &entries[0].link);
    EXPECT_EQUAL(ExQueryDepthSList(&head), 2);
    EXPECT(ExInterlockedPopEntrySList(&head, NULL) == &entries[1].link);
    EXPECT(ExInterlockedFlushSList(&head) == &entries[0].link);
}

/* An entry in two hands at once is what the sequence number prevents. */
static void *pop_and_push(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        PSLIST_ENTRY entry = InterlockedPopEntrySList(&head);
        if (entry == NULL)
            continue;
        unsigned *owner =
            &entries[((char *)entry - (char *)entries) / (long)sizeof entries[0]].owner;
        if (__atomic_exchange_n(owner, 1, __ATOMIC_ACQ_REL) != 0)
            __atomic_fetch_add(&clashes, 1, __ATOMIC_RELAXED);
        __atomic_store_n(owner, 0, __ATOMIC_RELEASE);
        InterlockedPushEntrySList(&head, entry);
    }
    return nothing;
}

TEST(threads_never_share_an_entry)
{
    pthread_t threads[THREADS];
    InitializeSListHead(&head);
    for (unsigned i = 0; i < ENTRIES; i++)
        InterlockedPushEntrySList(&head, &entries[i].link);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, pop_and_push, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(clashes, 0);
    EXPECT_EQUAL(QueryDepthSList(&head), ENTRIES);
}

TEST(doubly_linked_lists_keep_order)
{
    LIST_ENTRY list;
    LIST_ENTRY a;
    LIST_ENTRY b;
    InitializeListHead(&list);
    EXPECT(IsListEmpty(&list));
    InsertTailList(&list, &a);
    InsertHeadList(&list, &b);
    EXPECT(RemoveHeadList(&list) == &b);
    EXPECT(RemoveEntryList(&a));
    EXPECT(IsListEmpty(&list));
}

TESTS_MAIN("slist")
