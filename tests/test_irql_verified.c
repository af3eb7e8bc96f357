#include "tests/verified.h"

#include "expool/spin_lock.h"

static KSPIN_LOCK lock;

TEST(raise_and_lower_have_stops_of_their_own_and_a_passed_one_changes_nothing)
{
    verified("tier=guard");
    KfRaiseIrql(DISPATCH_LEVEL);
    KfRaiseIrql(APC_LEVEL);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x30);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.last.parameter[2], APC_LEVEL);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(HIGH_LEVEL);
    EXPECT_EQUAL(passed.last.subcode, 0x31);
    EXPECT_EQUAL(passed.last.parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.last.parameter[2], HIGH_LEVEL);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQUAL(passed.count, 2);
}

TEST(raises_are_counted)
{
    struct expool_verifier_counters counters;
    verified("tier=guard");
    KeLowerIrql(KfRaiseIrql(APC_LEVEL));
    KeLowerIrql(KeRaiseIrqlToDpcLevel());
    expool_verifier_counters_get(&counters);
    EXPECT_EQUAL(counters.irql_raises, 2);
}

/* Each wrong call leaves PASSIVE_LEVEL and a free lock behind. */
static void give_up(void)
{
    if (KeGetCurrentIrql() < DISPATCH_LEVEL)
        KfRaiseIrql(DISPATCH_LEVEL);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(PASSIVE_LEVEL);
}

static void acquire_at_dpc_level_below(void)
{
    KeAcquireSpinLockAtDpcLevel(&lock);
    give_up();
}

static void try_below(void)
{
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    give_up();
}

static void release_from_dpc_level_below(void)
{
    KfRaiseIrql(DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeLowerIrql(APC_LEVEL);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(PASSIVE_LEVEL);
}

static void release_below(void)
{
    KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
    KeLowerIrql(APC_LEVEL);
    KeReleaseSpinLock(&lock, old);
}

static void release_above(void)
{
    KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
    KfRaiseIrql(SYNCH_LEVEL);
    KeReleaseSpinLock(&lock, old);
}

static void acquire_above(void)
{
    KfRaiseIrql(SYNCH_LEVEL);
    EXPECT_EQUAL(KeAcquireSpinLockRaiseToDpc(&lock), SYNCH_LEVEL);
    give_up();
}

static const struct {
    void (*call)(void);
    ULONG subcode;
    KIRQL irql;
} wrong[] = {
    {acquire_at_dpc_level_below, 0x40, PASSIVE_LEVEL},
    {try_below, 0x40, PASSIVE_LEVEL},
    {release_from_dpc_level_below, 0x41, APC_LEVEL},
    {release_below, 0x32, APC_LEVEL},
    {release_above, 0x32, SYNCH_LEVEL},
    {acquire_above, 0x42, SYNCH_LEVEL},
};
enum { WRONG = sizeof wrong / sizeof wrong[0] };

TEST(a_spin_lock_at_a_wrong_irql_is_no_stop_without_the_verifier)
{
    for (unsigned i = 0; i < WRONG; i++) {
        wrong[i].call();
        EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT(KeTestSpinLock(&lock));
    }
}

TEST(a_spin_lock_at_a_wrong_irql_is_one_stop_under_the_verifier)
{
    verified("tier=guard");
    for (unsigned i = 0; i < WRONG; i++) {
        forget();
        wrong[i].call();
        EXPECT_EQUAL(passed.count, 1);
        EXPECT_EQUAL(passed.last.code, 0xC4);
        EXPECT_EQUAL(passed.last.subcode, wrong[i].subcode);
        EXPECT_EQUAL(passed.last.parameter[1], wrong[i].irql);
        EXPECT_EQUAL(passed.last.parameter[2], (ULONG_PTR)&lock);
    }
}

TEST(an_ordinary_critical_section_is_silent)
{
    verified("tier=guard");
    KIRQL old;
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
    EXPECT_EQUAL(passed.count, 0);
}

TESTS_MAIN("irql_verified")
