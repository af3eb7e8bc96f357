#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/push_lock.h"
#include "expool/region.h"

enum { THREADS = 4, ROUNDS = 10000 };

static EX_PUSH_LOCK lock;
static volatile long pair[2];
static unsigned long writes;

static void *read_pairs(void *nothing)
{
    bool is_torn = false;
    KeEnterCriticalRegion();
    for (unsigned i = 0; i < ROUNDS; i++) {
        ExAcquirePushLockShared(&lock);
        is_torn |= pair[0] != pair[1];
        ExReleasePushLockShared(&lock);
    }
    KeLeaveCriticalRegion();
    return is_torn ? (void *)1 : nothing;
}

static void *write_pairs(void *nothing)
{
    KeEnterCriticalRegion();
    for (unsigned i = 0; i < ROUNDS; i++) {
        ExAcquirePushLockExclusive(&lock);
        pair[0]++;
        pair[1]++;
        writes++;
        ExReleasePushLockExclusive(&lock);
    }
    KeLeaveCriticalRegion();
    return nothing;
}

TEST(no_reader_sees_half_a_write)
{
    pthread_t threads[THREADS];
    ExInitializePushLock(&lock);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(i % 2 == 0 ? read_pairs : write_pairs, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(joined(threads[i]), 0);
    EXPECT_EQUAL(writes, THREADS / 2 * ROUNDS);
    EXPECT_EQUAL(lock, 0);
}

static void *share_once(void *nothing)
{
    KeEnterCriticalRegion();
    ExAcquirePushLockShared(&lock);
    ExReleasePushLockShared(&lock);
    KeLeaveCriticalRegion();
    return nothing;
}

TEST(readers_share_it_and_a_writer_waits_for_the_last)
{
    ExInitializePushLock(&lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockShared(&lock);
    joined(start(share_once, NULL)); /* passes beside us */
    pthread_t writer = start(write_pairs, NULL);
    pause_ms(30);
    EXPECT_EQUAL(writes, 0);
    ExReleasePushLockShared(&lock);
    joined(writer);
    EXPECT_EQUAL(writes, ROUNDS);
    KeLeaveCriticalRegion();
}

TESTS_MAIN("push_lock")
