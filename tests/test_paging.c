/* Paged pool through the public routines: out, in, at the wrong IRQL, from several threads. */
#include "tests/child.h"
#include "tests/expect.h"

#include "expool/irql.h"
#include "expool/paging.h"
#include "expool/pool.h"
#include "expool/statistics.h"
#include "pool/os_guard.h"
#include "pool/os_pager.h"
#include "pool/pager.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { TAG = 'tseT', SMALL = 200, BIG_BYTES = 3 * 4096 + 100, PAGE = 4096, NEEDLE = 48 };

static unsigned char *paged(size_t size)
{
    return ExAllocatePoolWithTag(PagedPool, size, TAG);
}

static struct expool_paging paging_now(void)
{
    struct expool_paging paging;
    expool_paging_get(&paging);
    return paging;
}

TEST(trimmed_pages_are_dead_until_touched)
{
    unsigned char *small = paged(SMALL);
    unsigned char *big = paged(BIG_BYTES);
    memset(small, 1, SMALL);
    memset(big, 2, BIG_BYTES);
    EXPECT(expool_trim() >= 5);
    EXPECT_EQUAL(paging_now().pages_out, 5);
    EXPECT(os_is_dead(small) && os_is_dead(big) && os_is_dead(big + 3 * PAGE));
    EXPECT_EQUAL(small[SMALL - 1], 1);
    EXPECT_EQUAL(big[2 * PAGE], 2);
    EXPECT_EQUAL(paging_now().page_ins, 2);
    EXPECT_EQUAL(paging_now().pages_out, 3);
    EXPECT(!os_is_dead(small) && os_is_dead(big));
    ExFreePoolWithTag(big, TAG); /* given up without coming back */
    EXPECT_EQUAL(paging_now().page_ins, 2);
    EXPECT_EQUAL(paging_now().pages_out, 0);
    ExFreePoolWithTag(small, TAG);
    EXPECT(expool_pool_check() == NULL);
}

/* Batches end in the middle of it: the page behind one is the next one's first. */
TEST(one_trim_pages_out_a_long_block_whole)
{
    enum { PAGES = 300 };
    unsigned char *block = paged(PAGES * PAGE);
    memset(block, 1, PAGES * PAGE);
    EXPECT(expool_trim() >= PAGES);
    for (int i = 0; i < PAGES; i++)
        EXPECT(os_is_dead(block + i * PAGE));
    EXPECT_EQUAL(expool_trim(), 0);
    ExFreePoolWithTag(block, TAG);
}

TEST(nothing_is_trimmed_at_dispatch)
{
    unsigned char *block = paged(SMALL);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQUAL(expool_trim(), 0);
    KeLowerIrql(old);
    EXPECT(!os_is_dead(block));
    ExFreePoolWithTag(block, TAG);
}

TEST(nonpaged_pool_stays)
{
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, SMALL, TAG);
    expool_trim();
    EXPECT(!os_is_dead(block));
    ExFreePoolWithTag(block, TAG);
}

TEST(the_pool_works_on_pages_that_are_out)
{
    enum { BLOCKS = 300 };
    static unsigned char *blocks[BLOCKS];
    for (unsigned round = 0; round < 5; round++) {
        for (unsigned i = 0; i < BLOCKS; i++) {
            blocks[i] = paged(16 + i * 7 % 3000);
            memset(blocks[i], (int)(i & 0xff), 16 + i * 7 % 3000);
        }
        expool_trim();
        for (unsigned i = 0; i < BLOCKS; i++) {
            EXPECT_EQUAL(blocks[i][15 + i * 7 % 3000], i & 0xff);
            if (i % 50 == 0)
                expool_trim();
            ExFreePoolWithTag(blocks[i], TAG);
        }
        EXPECT(expool_pool_check() == NULL);
    }
}

TEST(a_touch_at_dispatch_is_a_bug_check)
{
    volatile unsigned char *block = paged(SMALL);
    KIRQL old;
    block[0] = 7;
    expool_trim();
    EXPECT_BUGCHECK(0xD1, 0)
    {
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        block[0] = 8;
    }
    KeLowerIrql(PASSIVE_LEVEL);
    EXPECT_EQUAL(last_bugcheck()->parameter[0], (uintptr_t)block);
    EXPECT_EQUAL(last_bugcheck()->parameter[1], DISPATCH_LEVEL);
    EXPECT_EQUAL(block[0], 7);
}

TEST(a_page_in_memory_may_be_touched_at_dispatch)
{
    volatile unsigned char *block = paged(SMALL);
    KIRQL old;
    expool_trim();
    block[0] = 7;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQUAL(block[0], 7);
    KeLowerIrql(old);
}

TEST(freeing_at_dispatch_is_judged_though_the_page_is_out)
{
    unsigned char *block = paged(SMALL);
    expool_trim();
    EXPECT_BUGCHECK(0xC2, 0x09)
    {
        KIRQL old;
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        ExFreePoolWithTag(block, TAG);
    }
}

/* What a trim gives back goes on a list beside blocks whose pages are out. */
TEST(a_trim_at_dispatch_leaves_paged_pool_alone)
{
    enum { BLOCKS = 16, EIGHTH = 496 };
    unsigned char *blocks[BLOCKS];
    KIRQL old;
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = paged(EIGHTH);
    for (unsigned i = 1; i < BLOCKS / 2; i += 2)
        ExFreePoolWithTag(blocks[i], TAG);
    expool_trim();
    for (unsigned i = BLOCKS / 2 + 1; i < BLOCKS; i += 2)
        ExFreePoolWithTag(blocks[i], TAG);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    expool_pool_trim();
    KeLowerIrql(old);
    for (unsigned i = 0; i < BLOCKS; i += 2)
        ExFreePoolWithTag(blocks[i], TAG);
    EXPECT(expool_pool_check() == NULL);
}

TEST(pressure_pages_out_with_calls)
{
    EXPECT_EQUAL(expool_options_set("memory_pressure=3:seed=9"), 0);
    unsigned char *kept = paged(SMALL);
    memset(kept, 5, SMALL);
    for (unsigned i = 0; i < 3000; i++) {
        unsigned char *block = paged(1 + i % 4000);
        block[i % 4000] = 1;
        ExFreePoolWithTag(block, TAG);
    }
    EXPECT(paging_now().page_outs > 100);
    EXPECT_EQUAL(kept[SMALL - 1], 5);
    EXPECT(expool_pool_check() == NULL);
}

/* Which of the first pages are out after some calls under pressure, one bit a page. */
static void tell_pages_out(void)
{
    unsigned char *blocks[64] = {0};
    uint64_t out = 0;
    for (unsigned i = 0; i < 2000; i++) {
        unsigned at = i * 7 % 64;
        if (blocks[at] != NULL)
            ExFreePoolWithTag(blocks[at], TAG);
        blocks[at] = paged(500 + i % 3000);
    }
    for (unsigned i = 0; i < 64; i++)
        out |= (uint64_t)pager_has_out((char *)((uintptr_t)blocks[0] & ~(uintptr_t)4095) + i * PAGE)
               << i;
    fprintf(stderr, "%llx %llu", (unsigned long long)out,
            (unsigned long long)paging_now().page_outs);
    _exit(0);
}

static void tell_with_seed_5(void)
{
    (void)expool_options_set("memory_pressure=5:seed=5");
    tell_pages_out();
}

static void tell_with_seed_6(void)
{
    (void)expool_options_set("memory_pressure=5:seed=6");
    tell_pages_out();
}

TEST(pressure_repeats_with_its_seed)
{
    char first[64];
    memcpy(first, child_run(tell_with_seed_5).text, sizeof first - 1);
    first[sizeof first - 1] = 0;
    EXPECT(first[0] != 0 && strcmp(first, "0 0") != 0);
    EXPECT(strcmp(first, child_run(tell_with_seed_5).text) == 0);
    EXPECT(strcmp(first, child_run(tell_with_seed_6).text) != 0);
}

/* The word that is looked for is never in this program's memory but where it is put: a volatile
 * step keeps the compiler from laying it out beforehand. */
static const volatile unsigned char word_step = 37;

static void put_word(unsigned char *to)
{
    for (unsigned i = 0; i < NEEDLE; i++)
        to[i] = (unsigned char)(0x5A ^ (i * word_step));
}

static bool is_needle(const unsigned char *at)
{
    for (unsigned i = 0; i < NEEDLE; i++)
        if (at[i] != (unsigned char)(0x5A ^ (i * word_step)))
            return false;
    return true;
}

static size_t count_words(const unsigned char *bytes, size_t length)
{
    const unsigned char *at = bytes;
    const unsigned char *end = bytes + length;
    size_t count = 0;
    while (at + NEEDLE <= end && (at = memchr(at, 0x5A, (size_t)(end - at) - NEEDLE + 1)) != NULL)
        count += is_needle(at++);
    return count;
}

static size_t count_in_range(uintptr_t start, uintptr_t end)
{
    static unsigned char window[64 * 1024];
    size_t count = 0;
    for (uintptr_t at = start; at < end; at += sizeof window - NEEDLE) {
        size_t length = end - at < sizeof window ? end - at : sizeof window;
        bool is_own = (uintptr_t)window < at + length && at < (uintptr_t)window + sizeof window;
        if (!is_own && os_peek(window, (const void *)at, length)) /* the store as well */
            count += count_words(window, length);
    }
    memset(window, 0, sizeof window);
    return count;
}

/* Every region that has memory, readable or not. */
static size_t words_in_memory(void)
{
    char line[512];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps) != NULL) {
        char *rest = NULL;
        uintptr_t start = strtoul(line, &rest, 16);
        uintptr_t end = strtoul(rest + 1, &rest, 16);
        if (strncmp(rest, " ---", 4) != 0 && end - start < (size_t)1 << 30)
            count += count_in_range(start, end);
    }
    fclose(maps);
    return count;
}

TEST(plaintext_is_nowhere_while_paged_out_encrypted)
{
    EXPECT_EQUAL(expool_options_set("encrypt_paged_out=1"), 0);
    unsigned char *block = paged(PAGE);
    memset(block, 0, PAGE);
    put_word(block + 1000);
    EXPECT(words_in_memory() >= 1);
    expool_trim();
    EXPECT(paging_now().is_encrypted);
    EXPECT_EQUAL(words_in_memory(), 0);
    EXPECT_EQUAL(count_words(block, PAGE), 1); /* comes back */
    EXPECT(words_in_memory() >= 1);
}

TEST(plaintext_is_in_the_store_without_encryption)
{
    unsigned char *block = paged(PAGE);
    put_word(block + 1000);
    expool_trim();
    EXPECT_EQUAL(words_in_memory(), 1); /* so the search above finds what is there */
}

static void child_reads(void)
{
    unsigned char *block = paged(SMALL);
    memset(block, 9, SMALL);
    expool_trim();
    pid_t process = fork();
    if (process == 0) {
        bool is_good = block[SMALL - 1] == 9;
        block[0] = 8;
        expool_trim();
        _exit(is_good && block[0] == 8 ? 0 : 1);
    }
    int status = 0;
    waitpid(process, &status, 0);
    _exit(WEXITSTATUS(status) == 0 && block[0] == 9 ? 0 : 2);
}

TEST(a_forked_child_has_its_own_copy)
{
    EXPECT_EQUAL(child_run(child_reads).exit_code, 0);
}

enum { THREADS = 4, OWN = 40, ROUNDS = 100, PAGE_INS = 200 };

static _Atomic unsigned running;
static _Atomic unsigned wrong;

static void *toucher(void *argument)
{
    unsigned char *blocks[OWN];
    unsigned char seed = (unsigned char)(uintptr_t)argument;
    for (unsigned i = 0; i < OWN; i++)
        memset(blocks[i] = paged(500 + 97 * i), seed + (int)i, 500 + 97 * i);
    for (unsigned round = 0; round < ROUNDS || paging_now().page_ins < PAGE_INS; round++)
        for (unsigned i = 0; i < OWN; i++) {
            unsigned char *byte = &blocks[i][(round * 31) % (500 + 97 * i)];
            wrong += *byte != (unsigned char)(seed + i);
            *byte = (unsigned char)(seed + i);
            if ((round + i) % 7 != 0)
                continue;
            ExFreePoolWithTag(blocks[i], TAG);
            memset(blocks[i] = paged(500 + 97 * i), seed + (int)i, 500 + 97 * i);
        }
    for (unsigned i = 0; i < OWN; i++)
        ExFreePoolWithTag(blocks[i], TAG);
    running--;
    return NULL;
}

static void touch_while_trimming(void)
{
    pthread_t threads[THREADS];
    running = THREADS;
    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT_EQUAL(pthread_create(&threads[i], NULL, toucher, (void *)(i * 50)), 0);
    while (running > 0)
        expool_trim();
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(wrong, 0);
    EXPECT(paging_now().page_ins >= PAGE_INS);
    EXPECT(expool_pool_check() == NULL);
}

TEST(four_threads_touch_while_another_trims)
{
    touch_while_trimming();
}

TEST(four_threads_touch_while_another_trims_to_ciphertext)
{
    EXPECT_EQUAL(expool_options_set("encrypt_paged_out=1"), 0);
    touch_while_trimming();
}

static void run_code_in_paged_pool(void)
{
    unsigned char *block = paged(SMALL);
    void (*function)(void);
    block[0] = 0xc3;
    memcpy(&function, &block, sizeof function);
    function();
}

TEST(paged_pool_does_not_execute_where_faults_are_caught)
{
    struct child child = child_run(run_code_in_paged_pool);
    EXPECT(child.signal == SIGSEGV || child.exit_code > 0); /* nobody of ours catches */
    expool_trim();
    EXPECT_BUGCHECK(0xFC, 0)
    {
        run_code_in_paged_pool();
    }
}

TESTS_MAIN("paging")
