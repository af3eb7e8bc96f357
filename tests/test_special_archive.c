#include "tests/status_kib.h"
#include "tests/verified.h"

#include "pool/os.h"
#include "pool/util.h"
#include "verifier/pattern.h"
#include "verifier/special.h"
#include "verifier/stretch.h"

#include <pthread.h>
#include <stdio.h>

enum { PAIRS = 600000, WINDOW = 1000 };

static void churn(unsigned pairs)
{
    static void *window[WINDOW];
    for (unsigned i = 0; i < pairs; i++) {
        unsigned at = i * 7919u % WINDOW;
        if (window[at] != NULL)
            ExFreePoolWithTag(window[at], TAG);
        window[at] = ExAllocatePoolWithTag(NonPagedPoolNx, 16 + i % 480, TAG);
    }
    for (unsigned i = 0; i < WINDOW; i++) {
        if (window[i] != NULL)
            ExFreePoolWithTag(window[i], TAG);
        window[i] = NULL;
    }
}

static bool is_archived(const void *address)
{
    return space.stretches[space_unit(address) / STRETCH_UNITS].archived > 1;
}

/* Freed first of all, used at the very end. */
static void use_late(const char *options_text, size_t size_bytes)
{
    verified(options_text);
    unsigned char *dead = ExAllocatePoolWithTag(PagedPool, size_bytes, 'daeD');
    ExFreePoolWithTag(dead, 'daeD');
    churn(PAIRS / 10);
    EXPECT(is_archived(dead));
    EXPECT_EQUAL(touch(dead + size_bytes - 1, false), 0xD5);
    EXPECT(passed.last.block == dead);
    EXPECT_EQUAL(passed.last.block_bytes, size_bytes);
    struct story story;
    EXPECT(special_tell(dead, &story));
    EXPECT_EQUAL(story.tag, 'daeD');
    EXPECT_EQUAL(story.number, 1);
    EXPECT_EQUAL(story.pool, POOL_PAGED);
    EXPECT(story.allocated_stack != 0 && story.freed_stack != 0);
    forget();
    ExFreePoolWithTag(dead, 'daeD');
    EXPECT_EQUAL(passed.last.subcode, 0x20);
}

TEST(a_use_long_after_the_free_is_explained_in_every_tier)
{
    use_late("tier=uffd", 100);
}

TEST(a_use_long_after_the_free_is_explained_by_guards)
{
    use_late("tier=guard", 100);
}

TEST(a_use_long_after_the_free_is_explained_by_mprotect)
{
    use_late("tier=mprotect", 100);
}

TEST(a_block_of_many_pages_is_explained_at_each_of_them)
{
    use_late("tier=uffd", 3u << 20); /* over two stretches */
}

#if defined(__SANITIZE_THREAD__)
enum { IS_THREAD_SANITIZER = 1 };
#else
enum { IS_THREAD_SANITIZER = 0 };
#endif

TEST(what_the_dead_cost_is_bounded)
{
    verified("tier=uffd");
    if (checker_present == CHECKER_ASAN ||
        IS_THREAD_SANITIZER) /* shadow memory is the greater part */
        return;
    churn(PAIRS / 6);
    long resident = status_kib("VmRSS:");
    long tables = status_kib("VmPTE:");
    churn(PAIRS);
    long grown = (status_kib("VmRSS:") - resident) * 1024 / PAIRS;
    EXPECT_THAT(grown <= 20, "%ld bytes a dead block", grown);
    EXPECT_THAT(status_kib("VmPTE:") - tables < 16 * PAIRS / 1024 / 4,
                "page tables grew by %ld KiB", status_kib("VmPTE:") - tables);
    EXPECT_EQUAL(passed.count, 0);
}

TEST(what_was_forgotten_is_still_dead)
{
    verified("quarantine_mb=1");
    unsigned char *dead = nonpaged(100);
    ExFreePoolWithTag(dead, TAG);
    churn(PAIRS);
    struct story story = {.place = STORY_NOWHERE};
    EXPECT(special_tell(dead, &story));
    EXPECT_EQUAL(story.place, STORY_NOWHERE);
    EXPECT_EQUAL(touch(dead, false), 0xD5);
}

TEST(a_live_block_keeps_its_stretch)
{
    verified("");
    unsigned char *kept = nonpaged(100);
    unsigned char *dead = nonpaged(100);
    memset(kept, 1, 100);
    ExFreePoolWithTag(dead, TAG);
    churn(PAIRS / 20);
    EXPECT(!is_archived(kept));
    EXPECT_EQUAL(kept[99], 1);
    EXPECT_EQUAL(expool_verifier_sweep(), 1);
    ExFreePoolWithTag(kept, TAG);
    EXPECT(is_archived(kept)); /* the last one goes, and the stretch with it */
    EXPECT_EQUAL(touch(kept, false), 0xD5);
    EXPECT(passed.last.block == kept);
}

enum { RING = 512, PASSED_ON = 60000, SENDERS = 2 };

static _Atomic(void *) ring[SENDERS][RING];

static void *send_blocks(void *index)
{
    unsigned sender = (unsigned)(uintptr_t)index;
    for (unsigned i = 0; i < PASSED_ON; i++) {
        void *none = NULL;
        void *block = ExAllocatePoolWithTag(NonPagedPoolNx, 1 + i % 5000, TAG);
        while (!atomic_compare_exchange_weak(&ring[sender][i % RING], &none, block)) {
            none = NULL;
            os_yield();
        }
    }
    return NULL;
}

/* Blocks die in another thread than the one whose lane passed them. */
TEST(stretches_are_closed_by_whoever_frees_the_last_block)
{
    pthread_t senders[SENDERS];
    verified("quarantine_blocks=50000");
    for (uintptr_t i = 0; i < SENDERS; i++)
        pthread_create(&senders[i], NULL, send_blocks, (void *)i);
    for (unsigned i = 0; i < SENDERS * PASSED_ON; i++) {
        void *block = NULL;
        while ((block = atomic_exchange(&ring[i % SENDERS][i / SENDERS % RING], NULL)) == NULL)
            os_yield();
        ExFreePoolWithTag(block, TAG);
    }
    for (unsigned i = 0; i < SENDERS; i++)
        pthread_join(senders[i], NULL);
    EXPECT_EQUAL(passed.count, 0);
    EXPECT_EQUAL(expool_verifier_stop(), 0);
}

TESTS_MAIN("special_archive")
