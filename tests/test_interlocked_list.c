#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/interlocked_list.h"
#include "expool/irql.h"
#include "expool/spin_lock.h"

enum { THREADS = 4, ROUNDS = 5000 };

static KSPIN_LOCK lock;
static LIST_ENTRY head;
static LIST_ENTRY entries[THREADS][ROUNDS];
static ULONG total;

TEST(entries_come_and_go_and_neighbours_are_told)
{
    LIST_ENTRY one, two, three;
    InitializeListHead(&head);
    KeInitializeSpinLock(&lock);
    EXPECT(ExInterlockedInsertHeadList(&head, &one, &lock) == NULL);
    EXPECT(ExInterlockedInsertHeadList(&head, &two, &lock) == &one);
    EXPECT(ExInterlockedInsertTailList(&head, &three, &lock) == &one);
    EXPECT(ExInterlockedRemoveHeadList(&head, &lock) == &two);
    EXPECT(ExInterlockedRemoveHeadList(&head, &lock) == &one);
    EXPECT(ExInterlockedRemoveHeadList(&head, &lock) == &three);
    EXPECT(ExInterlockedRemoveHeadList(&head, &lock) == NULL);
    EXPECT(ExInterlockedInsertTailList(&head, &one, &lock) == NULL);
}

TEST(a_single_list_is_a_stack)
{
    SINGLE_LIST_ENTRY top = {NULL}, one, two;
    KeInitializeSpinLock(&lock);
    EXPECT(ExInterlockedPushEntryList(&top, &one, &lock) == NULL);
    EXPECT(ExInterlockedPushEntryList(&top, &two, &lock) == &one);
    EXPECT(ExInterlockedPopEntryList(&top, &lock) == &two);
    EXPECT(ExInterlockedPopEntryList(&top, &lock) == &one);
    EXPECT(ExInterlockedPopEntryList(&top, &lock) == NULL);
}

TEST(additions_return_what_was_there_at_any_level)
{
    KIRQL old;
    LARGE_INTEGER big = {.QuadPart = 0xffffffff};
    LARGE_INTEGER two = {.QuadPart = 2};
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(HIGH_LEVEL, &old);
    EXPECT_EQUAL(ExInterlockedAddUlong(&total, 7, &lock), 0);
    EXPECT_EQUAL(ExInterlockedAddUlong(&total, 0xffffffff, &lock), 7);
    EXPECT_EQUAL(total, 6);
    EXPECT_EQUAL(ExInterlockedAddLargeInteger(&big, two, &lock).QuadPart, 0xffffffff);
    EXPECT_EQUAL(big.QuadPart, 0x100000001);
    KeLowerIrql(old);
}

static void *push_all(void *mine)
{
    PLIST_ENTRY entry = mine;
    for (unsigned i = 0; i < ROUNDS; i++) {
        ExInterlockedInsertTailList(&head, &entry[i], &lock);
        ExInterlockedAddUlong(&total, 1, &lock);
    }
    return NULL;
}

TEST(threads_lose_no_entry)
{
    pthread_t threads[THREADS];
    unsigned count = 0;
    InitializeListHead(&head);
    KeInitializeSpinLock(&lock);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(push_all, entries[i]);
    for (unsigned i = 0; i < THREADS; i++)
        joined(threads[i]);
    while (ExInterlockedRemoveHeadList(&head, &lock) != NULL)
        count++;
    EXPECT_EQUAL(count, THREADS * ROUNDS);
    EXPECT_EQUAL(total, THREADS * ROUNDS);
}

TESTS_MAIN("interlocked_list")
