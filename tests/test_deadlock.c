/* Deadlock detection: what closes a ring, and what looks like it and does not. */
#include "tests/deadlock.h"

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

TESTS_MAIN("deadlock")
