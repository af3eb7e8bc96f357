#include "tests/expect.h"

#include <wdm.h>

typedef struct item {
    LIST_ENTRY link;
    unsigned number;
} item;

static KQUEUE queue;
static item items[100];
static LONG removed, sum;

static unsigned number_of(PLIST_ENTRY entry)
{
    return CONTAINING_RECORD(entry, item, link)->number;
}

static void put(unsigned number)
{
    items[number].number = number;
    EXPECT(KeInsertQueue(&queue, &items[number].link) >= 0);
}

TEST(entries_come_out_in_their_order)
{
    LARGE_INTEGER now = {.QuadPart = 0};
    KeInitializeQueue(&queue, 0);
    EXPECT(KeRemoveQueue(&queue, KernelMode, &now) == (PLIST_ENTRY)STATUS_TIMEOUT);
    put(1);
    put(2);
    items[3].number = 3;
    EXPECT_EQUAL(KeInsertHeadQueue(&queue, &items[3].link), 2);
    EXPECT_EQUAL(KeReadStateQueue(&queue), 3);
    EXPECT_EQUAL(number_of(KeRemoveQueue(&queue, KernelMode, NULL)), 3);
    EXPECT_EQUAL(number_of(KeRemoveQueue(&queue, KernelMode, NULL)), 1);
    EXPECT_EQUAL(number_of(KeRemoveQueue(&queue, KernelMode, &now)), 2);
    EXPECT_EQUAL(KeReadStateQueue(&queue), 0);
}

TEST(a_run_down_hands_out_the_ring)
{
    KeInitializeQueue(&queue, 1);
    EXPECT(KeRundownQueue(&queue) == NULL);
    put(5);
    put(6);
    PLIST_ENTRY first = KeRundownQueue(&queue);
    EXPECT_EQUAL(number_of(first), 5);
    EXPECT_EQUAL(number_of(first->Flink), 6);
    EXPECT(first->Flink->Flink == first);
    EXPECT_EQUAL(KeReadStateQueue(&queue), 0);
}

static VOID work(PVOID context)
{
    (void)context;
    unsigned number;
    do {
        number = number_of(KeRemoveQueue(&queue, KernelMode, NULL));
        InterlockedAdd(&sum, (LONG)number);
        InterlockedIncrement(&removed);
    } while (number != 0);
}

TEST(each_entry_goes_to_one_thread)
{
    enum { THREADS = 4, ENTRIES = 96 };
    static item ends[THREADS];
    HANDLE handles[THREADS];
    PVOID threads[THREADS];
    KeInitializeQueue(&queue, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        EXPECT_EQUAL(
            PsCreateSystemThread(&handles[i], THREAD_ALL_ACCESS, NULL, NULL, NULL, work, NULL), 0);
        EXPECT_EQUAL(ObReferenceObjectByHandle(handles[i], 0, NULL, KernelMode, &threads[i], NULL),
                     0);
    }
    for (unsigned i = 1; i <= ENTRIES; i++)
        put(i);
    for (unsigned i = 0; i < THREADS; i++)
        KeInsertQueue(&queue, &ends[i].link);
    for (unsigned i = 0; i < THREADS; i++) {
        KeWaitForSingleObject(threads[i], Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(threads[i]);
        ZwClose(handles[i]);
    }
    EXPECT_EQUAL(removed, ENTRIES + THREADS);
    EXPECT_EQUAL(sum, ENTRIES * (ENTRIES + 1) / 2);
}

TESTS_MAIN("queue")
