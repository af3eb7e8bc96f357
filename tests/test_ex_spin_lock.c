#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/ex_spin_lock.h"
#include "expool/irql.h"

enum { THREADS = 4, ROUNDS = 20000 };

static EX_SPIN_LOCK lock;
static volatile LONG pair[2];
static unsigned long writes;

TEST(readers_share_and_a_writer_is_alone)
{
    KIRQL old = ExAcquireSpinLockShared(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT(ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    EXPECT(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
    EXPECT(!ExTryConvertSharedSpinLockExclusive(&lock)); /* there are two */
    ExReleaseSpinLockSharedFromDpcLevel(&lock);
    EXPECT(ExTryConvertSharedSpinLockExclusive(&lock));
    EXPECT(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    ExReleaseSpinLockExclusive(&lock, old);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT_EQUAL(lock, 0);
}

TEST(the_dpc_forms_leave_the_level_alone)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
    ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
    ExAcquireSpinLockSharedAtDpcLevel(&lock);
    ExReleaseSpinLockSharedFromDpcLevel(&lock);
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT_EQUAL(lock, 0);
}

TEST(taking_it_alone_twice_is_a_stop_and_no_hang)
{
    ExAcquireSpinLockExclusive(&lock);
    EXPECT_BUGCHECK(0x0F, 0)
    {
        ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
    }
    EXPECT_BUGCHECK(0x0F, 0)
    {
        ExAcquireSpinLockSharedAtDpcLevel(&lock);
    }
}

TEST(releasing_what_is_not_held_so_is_a_stop)
{
    KIRQL old = ExAcquireSpinLockShared(&lock);
    EXPECT_BUGCHECK(0x10, 0)
    {
        ExReleaseSpinLockExclusive(&lock, old);
    }
    ExReleaseSpinLockShared(&lock, old);
    EXPECT_BUGCHECK(0x10, 0)
    {
        ExReleaseSpinLockShared(&lock, old);
    }
}

static void *read_pairs(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KIRQL old = ExAcquireSpinLockShared(&lock);
        bool is_torn = pair[0] != pair[1];
        ExReleaseSpinLockShared(&lock, old);
        if (is_torn)
            return (void *)1;
    }
    return nothing;
}

static void *write_pairs(void *nothing)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KIRQL old = ExAcquireSpinLockExclusive(&lock);
        pair[0]++;
        pair[1]++;
        writes++;
        ExReleaseSpinLockExclusive(&lock, old);
    }
    return nothing;
}

TEST(no_reader_sees_half_a_write)
{
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(i % 2 == 0 ? read_pairs : write_pairs, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(joined(threads[i]), 0);
    EXPECT_EQUAL(writes, THREADS / 2 * ROUNDS);
}

TESTS_MAIN("ex_spin_lock")
