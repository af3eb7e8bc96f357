#include "tests/expect.h"

#include "expool/host.h"
#include "expool/lookaside.h"
#include "expool/pool.h"
#include "pool/clock.h"
#include "pool/os.h"

#include <unistd.h>

enum { TAG = 0x74736554, SIZE = 48, CALLS = 64 };

static LOOKASIDE_LIST_EX list;

/* Each allocation misses: the list is never given anything back. */
static void miss(unsigned calls)
{
    for (unsigned i = 0; i < calls; i++)
        ExFreePool(ExAllocateFromLookasideListEx(&list));
}

TEST(time_is_the_systems_until_the_host_says_another)
{
    EXPECT(clock_ms() >= os_clock_ms() - 1000);
    expool_clock_set(5000);
    EXPECT_EQUAL(clock_ms(), 5000);
    expool_clock_set(0);
    EXPECT(clock_ms() >= os_clock_ms() - 1000);
}

TEST(a_lookaside_list_follows_demand_by_the_hosts_time_only)
{
    expool_clock_set(5000);
    EXPECT_EQUAL(ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, SIZE, TAG, 0),
                 0);
    miss(CALLS);
    EXPECT_EQUAL(list.L.Depth, 4);
    usleep(1100 * 1000); /* the system's second goes by */
    miss(CALLS);
    EXPECT_EQUAL(list.L.Depth, 4);
    expool_clock_set(6000);
    miss(CALLS);
    EXPECT_EQUAL(list.L.Depth, 8);
    ExDeleteLookasideListEx(&list);
    expool_clock_set(0);
}

TESTS_MAIN("clock")
