/* test_ready.c - pages of freed blocks that wait for the next ones. */
#include "tests/verified.h"

#include "pool/os_guard.h"
#include "pool/util.h"
#include "verifier/lane.h"

#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, SEVERAL = 5 * PAGE - 48, MANY = 3000 };

static const struct ready *ready_now(void)
{
    return &lanes_mine()->lane[false].ready;
}

static unsigned char *zeroed(size_t size_bytes)
{
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, size_bytes, TAG);
}

TEST(a_block_of_several_pages_dies_and_its_pages_serve_the_next_of_that_size)
{
    verified("tier=uffd");
    unsigned char *first = nonpaged(SEVERAL);
    memset(first, 0x77, SEVERAL);
    ExFreePool(first);
    EXPECT_EQUAL(ready_now()->runs_count, kernel_moves_pages() ? 1 : 0);
    for (unsigned i = 0; i < 5; i++)
        EXPECT(os_is_dead(first + (size_t)i * PAGE));
    unsigned char *second = zeroed(SEVERAL);
    EXPECT_EQUAL(ready_now()->runs_count, 0);
    EXPECT(second != first);
    for (unsigned i = 0; i < SEVERAL; i++)
        EXPECT_EQUAL(second[i], 0);
    EXPECT_EQUAL(touch(second + (size_t)5 * PAGE, true), 0xD6);
    EXPECT_EQUAL(touch(first + (size_t)2 * PAGE, false), 0xD5);
    ExFreePool(second);
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(touch(second + (size_t)4 * PAGE, false), 0xD5);
}

TEST(a_block_of_another_number_of_pages_takes_none_that_wait)
{
    verified("tier=uffd:leaks=off");
    ExFreePool(nonpaged(SEVERAL));
    unsigned char *larger = nonpaged(SEVERAL + PAGE);
    EXPECT_EQUAL(ready_now()->runs_count, kernel_moves_pages() ? 1 : 0);
    EXPECT_EQUAL(touch(larger + SEVERAL + PAGE - 1, true), 0);
}

TEST(tier_guard_opens_no_page_ahead_for_a_program_of_few_blocks)
{
    verified("tier=guard:leaks=off");
    for (unsigned i = 0; i < READY_SINGLY; i++)
        nonpaged(100);
    EXPECT_EQUAL(ready_now()->ones_count, 0);
    nonpaged(100);
    EXPECT(ready_now()->ones_count < OS_AHEAD_MAX); /* 0 before Linux 6.14 */
}

TEST(pages_that_wait_are_few_and_the_oldest_go_back)
{
    verified("tier=uffd:leaks=off");
    static unsigned char *blocks[MANY];
    for (unsigned i = 0; i < MANY; i++)
        blocks[i] = nonpaged(i % 4 == 0 ? (size_t)3 * PAGE : 100);
    for (unsigned i = 0; i < MANY; i++)
        ExFreePool(blocks[i]);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT(ready_now()->ones_count <= READY_ONES_MAX &&
           (ready_now()->ones_count > 0) == kernel_moves_pages());
    EXPECT(ready_now()->runs_count <= READY_RUNS_MAX);
    EXPECT(ready_now()->runs_pages <= READY_RUNS_PAGES_MAX);
    for (unsigned i = 0; i < MANY; i++)
        EXPECT(os_is_dead((void *)page_start(blocks[i])));
    for (unsigned i = 0; i < MANY; i++)
        EXPECT_EQUAL(touch(nonpaged(100), true), 0);
}

TEST(damage_around_a_block_of_several_pages_is_told_before_they_move)
{
    verified("tier=uffd:verify=start");
    unsigned char *block = nonpaged(SEVERAL);
    poke(block + SEVERAL, 1);
    ExFreePool(block);
    EXPECT_EQUAL(passed.count, 1);
    EXPECT_EQUAL(passed.last.code, 0xC1);
    EXPECT(os_is_dead(block));
}

TEST(a_child_goes_on_with_the_pages_that_wait_and_its_parents_stay)
{
    verified("tier=uffd");
    unsigned char *kept = nonpaged(SEVERAL);
    kept[7] = 7;
    ExFreePool(nonpaged(SEVERAL));
    pid_t child = fork();
    if (child == 0) {
        unsigned char *block = nonpaged(SEVERAL);
        memset(block, 1, SEVERAL);
        ExFreePool(kept); /* shared with the parent: it cannot move */
        bool good = os_is_dead(kept) && os_is_dead(kept + (size_t)4 * PAGE) && passed.count == 0;
        ExFreePool(block);
        _exit(good && os_is_dead(block) ? 0 : 1);
    }
    int status = 1;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_EQUAL(status, 0);
    EXPECT_EQUAL(kept[7], 7);
    ExFreePool(kept);
    EXPECT_EQUAL(passed.count, 0);
}

TESTS_MAIN("ready")
