#include "tests/threads.h"
#include "tests/verified.h"

#include "expool/dpc.h"
#include "expool/event.h"
#include "expool/resource.h"
#include "expool/timer.h"

enum { BIG_BYTES = 5 * 1024 * 1024 };

static unsigned runs;

static VOID count(struct _KDPC *dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    runs++;
}

static PKTIMER set_timer(void *memory, PKDPC dpc)
{
    PKTIMER timer = memory;
    KeInitializeTimer(timer);
    KeSetTimer(timer, in_ms(400), dpc);
    return timer;
}

TEST(each_thing_in_use_is_told_and_taken_out_of_use)
{
    KDPC dpc;
    verified("");
    KeInitializeDpc(&dpc, count, NULL);
    PKTIMER timers = (void *)nonpaged(3 * sizeof *timers);
    set_timer(&timers[0], &dpc);
    set_timer(&timers[2], &dpc);
    ExFreePoolWithTag(timers, TAG);
    EXPECT_EQUAL(passed.count, 2);
    EXPECT_EQUAL(passed.last.code, 0xC4);
    EXPECT_EQUAL(passed.last.subcode, 0x15);
    EXPECT_EQUAL(passed.last.parameter[3], (uintptr_t)timers);
    EXPECT(passed.last.block == timers);
    pause_ms(450);
    EXPECT_EQUAL(runs, 0);
    EXPECT_EQUAL(touch(timers, false), 0xD5); /* the free has been done */
}

TEST(neighbours_are_left_alone)
{
    verified("");
    char *first = (void *)nonpaged(PAGE_SIZE);
    char *second = (void *)nonpaged(PAGE_SIZE);
    PKTIMER timer = set_timer(first, NULL);
    ExFreePoolWithTag(second, TAG);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT(KeCancelTimer(timer));
    ExFreePoolWithTag(first, TAG);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(a_big_block_is_searched_to_its_end)
{
    verified("");
    char *block = (void *)nonpaged(BIG_BYTES);
    PERESOURCE resource = (void *)(block + BIG_BYTES - sizeof *resource);
    ExInitializeResourceLite(resource);
    ExFreePoolWithTag(block, TAG);
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(passed.last.subcode, 0xD2);
    EXPECT_EQUAL(passed.last.parameter[1], (uintptr_t)resource);
    EXPECT_EQUAL(passed.last.parameter[3], BIG_BYTES);
}

TEST(blocks_of_the_ordinary_pool_are_searched_too)
{
    verified("special_pool=none");
    PKTIMER timer = set_timer(nonpaged(sizeof *timer), NULL);
    ExFreePoolWithTag(timer, TAG);
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(passed.last.subcode, 0x15);
}

TEST(a_resource_from_before_the_verifier_is_deleted_in_peace)
{
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    verified("");
    EXPECT_EQUAL(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
    EXPECT_EQUAL(passed.count, 0);
    ExDeleteResourceLite(&resource);
    EXPECT_EQUAL(passed.last.subcode, 0xD1);
}

TESTS_MAIN("active_verified")
