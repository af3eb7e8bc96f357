/* test_early.c - a program's constructors may use the pool before the pool's own have run. */
#define TESTS_ALONE /* its constructor comes before all others */
#include "tests/expect.h"

#include "expool/pool.h"
#include "expool/statistics.h"

enum { TAG = 'lraE' };

static void *early[2];

static void allocate_early(void)
{
    setenv("EXPOOL_OPTIONS", "pool_stacks=1", 0);
    early[0] = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    early[1] = ExAllocatePoolWithTag(NonPagedPoolNx, 10000, TAG);
}

/* In front of constructors of priority 101, the first that a program may have. */
__attribute__((section(".init_array.00100"),
               used)) static void (*const first)(void) = allocate_early;

TEST(a_block_of_an_early_constructor_is_one_as_others)
{
    EXPECT(early[0] != NULL && early[1] != NULL);
    EXPECT(expool_pool_check() == NULL);
    ExFreePoolWithTag(early[0], TAG);
    ExFreePoolWithTag(early[1], TAG);
    EXPECT(expool_pool_check() == NULL);
}

TESTS_MAIN("early")
