/* Deadlock detection: locks that come and go, their forms, the rule switched off and on. */
#include "tests/deadlock.h"

static EX_SPIN_LOCK shared;

static void take_0_1(void)
{
    take_spin(0, 1);
}

TEST(memory_freed_and_used_again_has_no_history)
{
    begin();
    for (unsigned i = 0; i < 200; i++) {
        KIRQL old;
        KSPIN_LOCK *pair = ExAllocatePool2(POOL_FLAG_NON_PAGED, 2 * sizeof *pair, TAG);
        KeInitializeSpinLock(&pair[0]);
        KeInitializeSpinLock(&pair[1]);
        KeAcquireSpinLock(&pair[i % 2], &old);
        KeAcquireSpinLockAtDpcLevel(&pair[1 - i % 2]);
        KeReleaseSpinLockFromDpcLevel(&pair[1 - i % 2]);
        KeReleaseSpinLock(&pair[i % 2], old);
        unsigned nodes = lock_graph.nodes;
        ExFreePool(pair);
        EXPECT_EQUAL(lock_graph.nodes, nodes - 2);
    }
    EXPECT_SILENT();
    EXPECT(lock_graph_is_sound());
    EXPECT_EQUAL(lock_graph.edges, 0);
}

static void locks_of_a_call(bool is_reversed)
{
    KSPIN_LOCK pair[2];
    KIRQL old;
    KeInitializeSpinLock(&pair[0]);
    KeInitializeSpinLock(&pair[1]);
    KeAcquireSpinLock(&pair[is_reversed], &old);
    KeAcquireSpinLockAtDpcLevel(&pair[!is_reversed]);
    KeReleaseSpinLockFromDpcLevel(&pair[!is_reversed]);
    KeReleaseSpinLock(&pair[is_reversed], old);
}

TEST(locks_on_the_stack_are_new_in_every_call)
{
    begin();
    for (unsigned i = 0; i < 10; i++)
        locks_of_a_call(i % 2 == 1);
    EXPECT_SILENT();
}

static void plain_lock_of_a_call(void)
{
    union {
        KSPIN_LOCK plain;
        EX_SPIN_LOCK readers;
    } lock;
    KIRQL old;
    KeInitializeSpinLock(&lock.plain);
    KeAcquireSpinLock(&lock.plain, &old);
    KeReleaseSpinLock(&lock.plain, old);
    lock.readers = 0; /* as another call would, at the same address */
    old = ExAcquireSpinLockShared(&lock.readers);
    ExReleaseSpinLockShared(&lock.readers, old);
}

TEST(a_reader_writer_lock_may_lie_where_another_lock_was_on_the_stack)
{
    begin();
    plain_lock_of_a_call();
    EXPECT_SILENT();
}

TEST(a_second_initialisation_in_one_call_is_told)
{
    KMUTEX local;
    begin();
    KeInitializeMutex(&local, 0);
    KeInitializeMutex(&local, 0);
    EXPECT_TOLD(0x1005, &local);
    KeInitializeSpinLock(&spin[0]);
    EXPECT_SILENT(); /* static, by another call, and nobody holds it */
}

TEST(other_forms_of_one_lock_are_told)
{
    KLOCK_QUEUE_HANDLE queued;
    KIRQL old;
    begin();
    KeAcquireSpinLock(&spin[0], &old);
    queued.LockQueue.Lock = &spin[0];
    queued.OldIrql = old;
    KeReleaseInStackQueuedSpinLock(&queued);
    EXPECT_TOLD(0x1009, &spin[0]);
    KeRaiseIrql(APC_LEVEL, &old);
    ExAcquireFastMutexUnsafe(&fast);
    fast.OldIrql = APC_LEVEL;
    ExReleaseFastMutex(&fast);
    EXPECT_TOLD(0x1009, &fast);
    KeLowerIrql(old);
    old = ExAcquireSpinLockShared(&shared);
    ExReleaseSpinLockExclusive(&shared, DISPATCH_LEVEL);
    EXPECT_TOLD(0x1009, &shared);
    shared = 0;
    KeLowerIrql(old);
}

TEST(hand_over_hand_is_legal)
{
    KIRQL old;
    begin();
    KeAcquireSpinLock(&spin[0], &old);
    KeAcquireSpinLockAtDpcLevel(&spin[1]);
    KeReleaseSpinLockFromDpcLevel(&spin[0]);
    KeAcquireSpinLockAtDpcLevel(&spin[2]);
    KeReleaseSpinLockFromDpcLevel(&spin[1]);
    KeReleaseSpinLock(&spin[2], old);
    EXPECT_SILENT();
}

TEST(nothing_is_judged_with_the_rule_off_and_nothing_is_left_of_it)
{
    begin();
    elsewhere(take_0_1);
    lock_mutex(0);
    EXPECT(expool_verifier_flags_set(0x1));
    take_spin(1, 0);
    unlock_mutex(0);
    EXPECT_SILENT();
    EXPECT(expool_verifier_flags_set(0x21));
    take_spin(1, 0); /* the other order is of another round */
    lock_mutex(0);
    unlock_mutex(0);
    EXPECT_SILENT();
    elsewhere(take_0_1);
    EXPECT_TOLD(0x1001, &spin[1]);
}

static void *hammer(void *seed)
{
    unsigned state = (unsigned)(uintptr_t)seed;
    for (unsigned i = 0; i < 5000; i++) {
        state = state * 1103515245 + 12345;
        unsigned low = state >> 16 & 1;
        take_spin(low, low + 1 + (state >> 18 & 1));
    }
    return NULL;
}

TEST(many_threads_at_once_leave_the_graph_sound)
{
    begin();
    pthread_t thread[4];
    for (uintptr_t i = 0; i < 4; i++)
        thread[i] = start(hammer, (void *)(i + 1));
    for (unsigned i = 0; i < 4; i++)
        joined(thread[i]);
    EXPECT_SILENT();
    EXPECT(lock_graph_is_sound());
    EXPECT(lock_graph.edges <= 8);
}

TESTS_MAIN("deadlock_life")
