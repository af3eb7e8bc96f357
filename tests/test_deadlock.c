/* Deadlock detection: what closes a ring, and what looks like it and does not. */
#include "tests/threads.h"
#include "tests/verified.h"

#include <ntifs.h>

#include "kernel/lock_graph.h"

enum { LOCKS = 5 };

static KSPIN_LOCK spin[LOCKS];
static KMUTEX mutex[LOCKS];
static ERESOURCE resource[LOCKS];
static FAST_MUTEX fast;
static EX_SPIN_LOCK shared[2];

static void begin(void)
{
    verified("tier=guard:leaks=off");
    for (unsigned i = 0; i < LOCKS; i++) {
        KeInitializeSpinLock(&spin[i]);
        KeInitializeMutex(&mutex[i], 0);
        ExInitializeResourceLite(&resource[i]);
    }
    ExInitializeFastMutex(&fast);
    forget();
}

#define EXPECT_SILENT() EXPECT_EQUAL(passed.count, 0)
#define EXPECT_TOLD(sub, lock)                                                                     \
    do {                                                                                           \
        EXPECT_EQUAL(passed.count, 1);                                                             \
        EXPECT_EQUAL(passed.last.code, 0xC4);                                                      \
        EXPECT_EQUAL(passed.last.subcode, (sub));                                                  \
        EXPECT_EQUAL(passed.last.parameter[1], (uintptr_t)(lock));                                 \
        EXPECT(lock_graph_is_sound());                                                             \
        forget();                                                                                  \
    } while (0)

struct task {
    void (*routine)(void);
};

static void *in_thread(void *task)
{
    ((struct task *)task)->routine();
    return NULL;
}

/* The routine in a thread that is over when this returns. */
static void elsewhere(void (*routine)(void))
{
    struct task task = {routine};
    joined(start(in_thread, &task));
}

static void take_spin(unsigned first, unsigned second)
{
    KIRQL old;
    KeAcquireSpinLock(&spin[first], &old);
    KeAcquireSpinLockAtDpcLevel(&spin[second]);
    KeReleaseSpinLockFromDpcLevel(&spin[second]);
    KeReleaseSpinLock(&spin[first], old);
}

static void take_0_1(void)
{
    take_spin(0, 1);
}

static void take_1_2(void)
{
    take_spin(1, 2);
}

static void take_2_3(void)
{
    take_spin(2, 3);
}

TEST(a_reversed_order_is_told_before_anybody_hangs)
{
    begin();
    elsewhere(take_0_1);
    EXPECT_SILENT();
    take_spin(1, 0);
    EXPECT_TOLD(0x1001, &spin[0]);
    take_spin(1, 0);
    EXPECT_SILENT(); /* told once */
}

TEST(rings_of_three_and_four_locks_are_told)
{
    begin();
    elsewhere(take_0_1);
    elsewhere(take_1_2);
    take_spin(2, 0);
    EXPECT_TOLD(0x1001, &spin[0]);
    elsewhere(take_2_3);
    take_spin(3, 0);
    EXPECT_TOLD(0x1001, &spin[0]);
}

TEST(the_same_order_everywhere_is_silent)
{
    begin();
    for (unsigned i = 0; i < 100; i++) {
        elsewhere(take_0_1);
        elsewhere(take_1_2);
        take_spin(0, 2);
        take_spin(1, 3);
    }
    EXPECT_SILENT();
}

static void lock_mutex(unsigned index)
{
    EXPECT_EQUAL(KeWaitForSingleObject(&mutex[index], Executive, KernelMode, FALSE, NULL), 0);
}

static void unlock_mutex(unsigned index)
{
    KeReleaseMutex(&mutex[index], FALSE);
}

static void take_mutexes(unsigned first, unsigned second)
{
    lock_mutex(first);
    lock_mutex(second);
    unlock_mutex(second);
    unlock_mutex(first);
}

static void mutexes_0_1(void)
{
    take_mutexes(0, 1);
}

TEST(mutexes_in_reversed_order_are_told)
{
    begin();
    elsewhere(mutexes_0_1);
    take_mutexes(1, 0);
    EXPECT_TOLD(0x1001, &mutex[0]);
}

static void mutexes_under_gate(unsigned first, unsigned second)
{
    lock_mutex(4);
    take_mutexes(first, second);
    unlock_mutex(4);
}

static void gated_0_1(void)
{
    mutexes_under_gate(0, 1);
}

TEST(a_gate_held_by_both_closes_no_ring)
{
    begin();
    elsewhere(gated_0_1);
    mutexes_under_gate(1, 0);
    EXPECT_SILENT();
    take_mutexes(1, 0); /* once without it */
    EXPECT_TOLD(0x1001, &mutex[0]);
}

TEST(a_mutex_acquired_again_is_no_order)
{
    begin();
    lock_mutex(0);
    lock_mutex(1);
    lock_mutex(0);
    unlock_mutex(0);
    unlock_mutex(1);
    unlock_mutex(0);
    take_mutexes(0, 1);
    EXPECT_SILENT();
    lock_mutex(0);
    unlock_mutex(0);
    EXPECT_SILENT();
}

TEST(mutexes_are_released_in_any_order)
{
    begin();
    lock_mutex(0);
    lock_mutex(1);
    unlock_mutex(0);
    unlock_mutex(1);
    EXPECT_SILENT();
}

TEST(a_try_and_a_wait_that_ends_make_no_order)
{
    LARGE_INTEGER ms = in_ms(1);
    KIRQL old;
    begin();
    elsewhere(take_0_1);
    elsewhere(mutexes_0_1);
    KeAcquireSpinLock(&spin[1], &old);
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&spin[0]));
    KeReleaseSpinLockFromDpcLevel(&spin[0]);
    KeReleaseSpinLock(&spin[1], old);
    lock_mutex(1);
    EXPECT_EQUAL(KeWaitForSingleObject(&mutex[0], Executive, KernelMode, FALSE, &ms), 0);
    unlock_mutex(0);
    unlock_mutex(1);
    EXPECT_SILENT();
}

/* Who holds what it tried for makes others wait. */
TEST(what_a_try_took_is_held)
{
    KIRQL old;
    begin();
    elsewhere(take_0_1);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&spin[1]));
    KeAcquireSpinLockAtDpcLevel(&spin[0]);
    EXPECT_TOLD(0x1001, &spin[0]);
    KeReleaseSpinLockFromDpcLevel(&spin[0]);
    KeReleaseSpinLockFromDpcLevel(&spin[1]);
    KeLowerIrql(old);
}

static void take_resources(unsigned first, unsigned second, bool alone)
{
    KeEnterCriticalRegion();
    if (alone)
        ExAcquireResourceExclusiveLite(&resource[first], TRUE);
    else
        ExAcquireResourceSharedLite(&resource[first], TRUE);
    ExAcquireResourceSharedLite(&resource[second], TRUE);
    ExReleaseResourceLite(&resource[second]);
    ExReleaseResourceLite(&resource[first]);
    KeLeaveCriticalRegion();
}

static void readers_0_1(void)
{
    take_resources(0, 1, false);
}

static void write_0(void)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource[0], TRUE);
    ExReleaseResourceLite(&resource[0]);
    KeLeaveCriticalRegion();
}

static void write_1(void)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource[1], TRUE);
    ExReleaseResourceLite(&resource[1]);
    KeLeaveCriticalRegion();
}

TEST(readers_wait_for_readers_only_where_there_are_writers)
{
    begin();
    elsewhere(readers_0_1);
    take_resources(1, 0, false);
    EXPECT_SILENT();
    elsewhere(write_0);
    EXPECT_SILENT(); /* it takes a writer at each end */
    write_1();
    EXPECT_TOLD(0x1001, &resource[1]);
}

TEST(a_resource_held_alone_and_wanted_shared_is_an_order)
{
    begin();
    take_resources(0, 1, true);
    EXPECT_SILENT();
    take_resources(1, 0, true);
    EXPECT_TOLD(0x1001, &resource[0]);
}

TEST(a_resource_may_be_acquired_again_and_given_to_another)
{
    begin();
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource[0], TRUE);
    ExAcquireResourceExclusiveLite(&resource[0], TRUE);
    ExAcquireResourceSharedLite(&resource[0], TRUE);
    ExReleaseResourceLite(&resource[0]);
    ExReleaseResourceLite(&resource[0]);
    ExReleaseResourceLite(&resource[0]);
    ExAcquireResourceSharedLite(&resource[1], TRUE);
    ExSetResourceOwnerPointer(&resource[1], (PVOID)((ULONG_PTR)&resource[1] | 3));
    take_resources(2, 1, true); /* no longer the thread's: 1 -> 2 was never seen */
    take_resources(0, 2, true);
    ExReleaseResourceForThreadLite(&resource[1], (ERESOURCE_THREAD)&resource[1] | 3);
    KeLeaveCriticalRegion();
    EXPECT_SILENT();
}

TEST(a_lock_of_another_kind_is_part_of_the_ring)
{
    KIRQL old;
    begin();
    lock_mutex(0);
    ExAcquireFastMutex(&fast);
    KeAcquireSpinLock(&spin[0], &old);
    KeReleaseSpinLock(&spin[0], old);
    ExReleaseFastMutex(&fast);
    unlock_mutex(0);
    EXPECT_SILENT();
    ExAcquireFastMutex(&fast);
    EXPECT_EQUAL(KeWaitForSingleObject(&mutex[0], Executive, KernelMode, FALSE, NULL), 0);
    EXPECT_TOLD(0x1001, &mutex[0]);
    unlock_mutex(0);
    ExReleaseFastMutex(&fast);
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
    old = ExAcquireSpinLockShared(&shared[0]);
    ExReleaseSpinLockExclusive(&shared[0], DISPATCH_LEVEL);
    EXPECT_TOLD(0x1009, &shared[0]);
    shared[0] = 0;
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

TESTS_MAIN("deadlock")
