#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/irql.h"
#include "expool/region.h"
#include "expool/resource.h"

enum { THREADS = 6, ROUNDS = 4000 };

static ERESOURCE resource;
static volatile long pair[2];
static unsigned long writes;

static void prepare(void)
{
    EXPECT_EQUAL(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    KeEnterCriticalRegion();
}

static void *try_alone(void *nothing)
{
    (void)nothing;
    KeEnterCriticalRegion();
    BOOLEAN got = ExTryToAcquireResourceExclusiveLite(&resource);
    if (got)
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    return (void *)(uintptr_t)got;
}

static void *try_shared(void *nothing)
{
    (void)nothing;
    KeEnterCriticalRegion();
    BOOLEAN got = ExAcquireResourceSharedLite(&resource, FALSE);
    if (got)
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    return (void *)(uintptr_t)got;
}

static BOOLEAN others_may_write(void)
{
    return (BOOLEAN)joined(start(try_alone, NULL));
}

static BOOLEAN others_may_read(void)
{
    return (BOOLEAN)joined(start(try_shared, NULL));
}

TEST(the_layout_is_that_of_x64)
{
    EXPECT_EQUAL(sizeof(ERESOURCE), 0x68);
    EXPECT_EQUAL(offsetof(ERESOURCE, ActiveCount), 0x18);
    EXPECT_EQUAL(offsetof(ERESOURCE, OwnerEntry), 0x30);
    EXPECT_EQUAL(offsetof(ERESOURCE, NumberOfSharedWaiters), 0x48);
    EXPECT_EQUAL(offsetof(ERESOURCE, SpinLock), 0x60);
    EXPECT_EQUAL(sizeof(OWNER_ENTRY), 0x10);
}

TEST(one_thread_has_it_alone_again_and_again)
{
    prepare();
    EXPECT(ExAcquireResourceExclusiveLite(&resource, TRUE));
    EXPECT(ExAcquireResourceExclusiveLite(&resource, TRUE));
    EXPECT(ExAcquireResourceSharedLite(&resource, TRUE)); /* counts as alone */
    EXPECT(ExIsResourceAcquiredExclusiveLite(&resource));
    EXPECT_EQUAL(ExIsResourceAcquiredLite(&resource), 3);
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    EXPECT(!others_may_read());
    ExReleaseResourceLite(&resource);
    EXPECT_EQUAL(ExIsResourceAcquiredSharedLite(&resource), 0);
    EXPECT(others_may_write());
    EXPECT_EQUAL(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

TEST(many_share_it_and_nobody_has_it_alone_meanwhile)
{
    prepare();
    EXPECT(ExAcquireResourceSharedLite(&resource, TRUE));
    EXPECT(ExAcquireResourceSharedLite(&resource, TRUE));
    EXPECT_EQUAL(ExIsResourceAcquiredSharedLite(&resource), 2);
    EXPECT(!ExIsResourceAcquiredExclusiveLite(&resource));
    EXPECT(others_may_read());
    EXPECT(!others_may_write());
    ExReleaseResourceLite(&resource);
    EXPECT(!others_may_write());
    ExReleaseResourceLite(&resource);
    EXPECT(others_may_write());
}

TEST(converting_lets_readers_in)
{
    prepare();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    EXPECT(!others_may_read());
    ExConvertExclusiveToSharedLite(&resource);
    EXPECT(others_may_read());
    EXPECT(!others_may_write());
    EXPECT(!ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    EXPECT(others_may_write());
}

static void *write_once(void *nothing)
{
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    pair[0]++;
    pair[1]++;
    writes++;
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    return nothing;
}

static void *read_once(void *nothing)
{
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    bool is_torn = pair[0] != pair[1];
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    return is_torn ? (void *)1 : nothing;
}

static void *starve(void *nothing)
{
    (void)nothing;
    KeEnterCriticalRegion();
    BOOLEAN polite = ExAcquireSharedWaitForExclusive(&resource, FALSE);
    BOOLEAN rude = ExAcquireSharedStarveExclusive(&resource, FALSE);
    if (rude)
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    return (void *)(uintptr_t)(!polite && rude);
}

TEST(a_waiting_writer_keeps_new_readers_out_but_not_old_ones)
{
    prepare();
    ExAcquireResourceSharedLite(&resource, TRUE);
    pthread_t writer = start(write_once, NULL);
    while (ExGetExclusiveWaiterCount(&resource) == 0)
        pause_ms(1);
    EXPECT(!others_may_read());
    EXPECT_EQUAL(joined(start(starve, NULL)), 1);
    EXPECT(ExAcquireResourceSharedLite(&resource, FALSE)); /* we share it already */
    ExReleaseResourceLite(&resource);
    EXPECT(!ExAcquireSharedWaitForExclusive(&resource, FALSE));
    EXPECT_EQUAL(writes, 0);
    ExReleaseResourceLite(&resource);
    joined(writer);
    EXPECT_EQUAL(writes, 1);
}

TEST(after_a_writer_come_all_waiting_readers)
{
    pthread_t readers[THREADS];
    prepare();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    for (unsigned i = 0; i < THREADS; i++)
        readers[i] = start(read_once, NULL);
    while (ExGetSharedWaiterCount(&resource) < THREADS)
        pause_ms(1);
    pthread_t writer = start(write_once, NULL);
    while (ExGetExclusiveWaiterCount(&resource) == 0)
        pause_ms(1);
    ExReleaseResourceLite(&resource);
    for (unsigned i = 0; i < THREADS; i++)
        joined(readers[i]);
    joined(writer);
    EXPECT_EQUAL(ExGetSharedWaiterCount(&resource), 0);
    EXPECT_EQUAL(writes, 1);
}

TEST(an_owner_pointer_is_released_by_any_thread)
{
    PVOID owner = (PVOID)((uintptr_t)&pair | 3);
    prepare();
    ExAcquireResourceSharedLite(&resource, TRUE);
    ExSetResourceOwnerPointer(&resource, owner);
    EXPECT_EQUAL(ExIsResourceAcquiredSharedLite(&resource), 0);
    EXPECT(!others_may_write());
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)owner);
    EXPECT(others_may_write());
    ExDisableResourceBoostLite(&resource);
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    ExSetResourceOwnerPointerEx(&resource, owner, 0);
    EXPECT(!others_may_read());
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)owner);
    EXPECT(others_may_write());
}

TEST(releasing_what_one_does_not_hold_is_a_stop)
{
    prepare();
    EXPECT_BUGCHECK(0xE3, 0)
    {
        ExReleaseResourceLite(&resource);
    }
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (uintptr_t)&resource);
    EXPECT_EQUAL(last_bugcheck()->parameter[1], ExGetCurrentResourceThread());
}

TEST(wanting_it_alone_while_sharing_it_is_a_stop_and_no_hang)
{
    prepare();
    ExAcquireResourceSharedLite(&resource, TRUE);
    EXPECT(!ExAcquireResourceExclusiveLite(&resource, FALSE));
    EXPECT_BUGCHECK(0xC4, 0x1000)
    {
        ExAcquireResourceExclusiveLite(&resource, TRUE);
    }
}

static void *work(void *number)
{
    uintptr_t torn = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        if ((i + (uintptr_t)number) % 4 == 0)
            write_once(NULL);
        else
            torn |= (uintptr_t)read_once(NULL);
    }
    return (void *)torn;
}

TEST(no_reader_sees_half_a_write)
{
    pthread_t threads[THREADS];
    prepare();
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(work, (void *)(uintptr_t)i);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT_EQUAL(joined(threads[i]), 0);
    EXPECT_EQUAL(writes, THREADS * ROUNDS / 4);
    EXPECT_EQUAL(resource.ActiveCount, 0);
    EXPECT_EQUAL(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

TEST(a_polite_share_comes_with_its_critical_region)
{
    prepare();
    ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(&resource);
    EXPECT(KeAreApcsDisabled());
    EXPECT_EQUAL(ExIsResourceAcquiredSharedLite(&resource), 1);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
}

TEST(a_free_resource_can_be_made_new)
{
    prepare();
    EXPECT_EQUAL(ExReinitializeResourceLite(&resource), 0);
    EXPECT(ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
}

TESTS_MAIN("resource")
