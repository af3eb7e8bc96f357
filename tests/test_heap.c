#include "tests/expect.h"

#include "pool/heap.h"
#include "pool/mode.h"
#include "pool/os.h"
#include "pool/page.h"

#include <pthread.h>

enum { TAG = 0x31676154, CAPACITY = 64, THREADS = 4, ROUNDS = 3000 };

static struct heap heap;

static void start(void)
{
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    EXPECT(range != NULL &&
           heap_start(&heap, POOL_PAGED, &(struct page_range){.start = range, .pages = CAPACITY}));
}

static NOINLINE unsigned char *allocate(size_t size_bytes)
{
    struct request request = {.kind = POOL_PAGED,
                              .tag = TAG,
                              .size_bytes = size_bytes,
                              .frame = __builtin_frame_address(0)};
    return heap_allocate(&heap, &request);
}

static NOINLINE void give(void *address)
{
    struct release release = {.address = address, .frame = __builtin_frame_address(0)};
    heap_free(&heap, &release);
}

#define EXPECT_SOUND() EXPECT(heap_check(&heap) == NULL)

TEST(small_blocks_end_at_4080_bytes_and_whole_pages_begin_there)
{
    const size_t sizes[] = {1,    16,   17,   4047, 4048, 4063, 4064,
                            4065, 4079, 4080, 4081, 4095, 4096, 4097};
    start();
    for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
        unsigned char *data = allocate(sizes[i]);
        size_t pages = heap.pages.used;
        memset(data, 0xaa, sizes[i]);
        EXPECT_EQUAL((uintptr_t)data % PAGE_BYTES == 0, sizes[i] > BLOCK_DATA_MAX);
        EXPECT_EQUAL(pages, sizes[i] > PAGE_BYTES ? 2 : 1);
        EXPECT_SOUND();
        give(data);
        EXPECT_EQUAL(heap.pages.used, 0);
        EXPECT_SOUND();
    }
}

TEST(four_blocks_of_a_quarter_page_less_a_header_share_a_page)
{
    start();
    for (unsigned i = 0; i < 4; i++)
        EXPECT(allocate(1024 - BLOCK_HEADER_BYTES) != NULL);
    EXPECT_EQUAL(heap.pages.used, 1);
    EXPECT_EQUAL(heap.free_bytes, 0);
    allocate(16);
    EXPECT_EQUAL(heap.pages.used, 2);
    EXPECT_SOUND();
}

TEST(the_third_seeds_size_wastes_the_rest_of_each_page)
{
    start();
    for (unsigned i = 0; i < 10; i++)
        EXPECT(allocate(0xF18) != NULL);
    EXPECT_EQUAL(heap.pages.used, 10);
    EXPECT_EQUAL(heap.free_bytes, 10 * (4096 - 0xF30));
}

TEST(freed_neighbours_join_in_every_order)
{
    static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                          {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (unsigned order = 0; order < 6; order++) {
        unsigned char *blocks[3];
        start();
        for (unsigned i = 0; i < 3; i++)
            blocks[i] = allocate(1000);
        for (unsigned i = 0; i < 3; i++) {
            give(blocks[orders[order][i]]);
            EXPECT_SOUND();
        }
        EXPECT_EQUAL(heap.pages.used, 0);
        EXPECT_EQUAL(heap.free_bytes, 0);
    }
}

TEST(the_smallest_free_block_that_fits_is_taken)
{
    start();
    unsigned char *blocks[6];
    for (unsigned i = 0; i < 6; i++)
        blocks[i] = allocate(i % 2 == 0 ? (i + 1) * 100 : 16);
    give(blocks[2]);
    give(blocks[4]);
    EXPECT(allocate(290) == blocks[2]);
    EXPECT(allocate(470) == blocks[4] + 32); /* the back: 32 bytes remain in front */
    EXPECT_SOUND();
}

TEST(zeroed_memory_is_zero_on_every_reuse)
{
    start();
    for (size_t size = 1; size < 9000; size += 97) {
        struct request request = {.kind = POOL_PAGED,
                                  .zero = true,
                                  .tag = TAG,
                                  .size_bytes = size,
                                  .frame = __builtin_frame_address(0)};
        unsigned char *data = heap_allocate(&heap, &request);
        for (size_t i = 0; i < size; i++)
            EXPECT(data[i] == 0);
        memset(data, 0xee, size);
        give(data);
    }
}

TEST(a_full_heap_gives_null_and_recovers)
{
    unsigned char *blocks[CAPACITY];
    start();
    for (unsigned i = 0; i < CAPACITY; i++)
        EXPECT((blocks[i] = allocate(4000)) != NULL);
    EXPECT(allocate(4000) == NULL);
    EXPECT(allocate(4096) == NULL);
    EXPECT(allocate(32) != NULL); /* behind the 4000 bytes there is room */
    EXPECT_SOUND();
    give(blocks[7]);
    EXPECT(allocate(4096) == (void *)(blocks[7] - BLOCK_HEADER_BYTES));
    EXPECT_SOUND();
}

TEST(a_big_allocation_has_a_record_and_no_header)
{
    start();
    unsigned char *data = allocate(10000);
    size_t first = pages_index(&heap.pages, data);
    const struct page_record *record = &heap.pages.records[first];
    EXPECT_EQUAL(heap.pages.uses[first], PAGE_BIG);
    EXPECT_EQUAL(record->pages, 3);
    EXPECT_EQUAL(record->size_bytes, 10000);
    EXPECT_EQUAL(record->tag, TAG);
    EXPECT_EQUAL(heap.pages.uses[first + 2], PAGE_BIG_REST);
    give(data);
    EXPECT_EQUAL(pages_use(&heap.pages, first), PAGE_FREE);
}

TEST(a_story_tells_live_and_freed_blocks_apart)
{
    struct story story;
    start();
    mode_set(MODE_STACKS, true);
    unsigned char *kept = allocate(96);
    unsigned char *data = allocate(96);
    unsigned char *big = allocate(5000);
    heap_tell(&heap, data + 50, &story);
    EXPECT(story.place == STORY_SMALL && story.is_live && story.block == data);
    EXPECT_EQUAL(story.size_bytes, 96);
    EXPECT_EQUAL(story.tag, TAG);
    EXPECT(story.allocated_stack != 0);
    give(data);
    heap_tell(&heap, data, &story);
    EXPECT(story.place == STORY_SMALL && !story.is_live && story.freed_stack != 0);
    heap_tell(&heap, big + 4999, &story);
    EXPECT(story.place == STORY_BIG && story.is_live && story.block == big);
    give(big);
    heap_tell(&heap, big, &story);
    EXPECT(story.place == STORY_BIG && !story.is_live && story.allocated_stack != 0);
    give(kept);
}

TEST(a_retired_page_gives_and_takes_nothing_more)
{
    start();
    unsigned char *damaged = allocate(1000);
    allocate(1000);
    block_of_data(damaged)->tag ^= 1;
    EXPECT_BUGCHECK_OR(0x19, 0x20, 0x03)
    {
        give(damaged);
    }
    EXPECT_SOUND();
    unsigned char *other = allocate(1000);
    EXPECT(page_start(other) != page_start(damaged));
    give(damaged); /* a page out of use takes nothing back, and says nothing twice */
    EXPECT_SOUND();
}

TEST(the_check_sees_each_kind_of_damage)
{
    start();
    unsigned char *data = allocate(100);
    block_of_data(data)->tag ^= 1;
    EXPECT_TEXT(heap_check(&heap), "seal");
    block_of_data(data)->tag ^= 1;
    heap.free_bytes++;
    EXPECT_TEXT(heap_check(&heap), "free bytes");
    heap.free_bytes--;
    heap.has_free[0] ^= 4;
    EXPECT_TEXT(heap_check(&heap), "bit of a free list");
    heap.has_free[0] ^= 4;
    struct free_block *rest = (struct free_block *)(void *)block_next(block_of_data(data));
    struct list *previous = rest->link.previous;
    rest->link.previous = (struct list *)16;
    EXPECT_TEXT(heap_check(&heap), "free list is broken");
    rest->link.previous = previous;
    EXPECT_SOUND();
}

/* Seen as a link it points back at the block: a list's head read from its middle. */
TEST(a_link_that_is_a_word_off_is_not_followed)
{
    start();
    struct block *rest = block_next(block_of_data(allocate(100)));
    struct free_block *listed = (struct free_block *)(void *)rest;
    struct list *previous = listed->link.previous;
    listed->link.previous = (struct list *)((uintptr_t)previous + sizeof(void *));
    EXPECT_TEXT(heap_check(&heap), "free list is broken");
    lock_take(&heap.lock);
    bool is_unlisted = heap_unlist_locked(&heap, rest);
    lock_drop(&heap.lock);
    EXPECT(!is_unlisted);
    listed->link.previous = previous;
    EXPECT_SOUND();
}

TEST(without_seals_a_block_that_leaves_its_page_is_not_listed)
{
    start();
    block_start(false);
    struct block *rest = block_next(block_of_data(allocate(1000)));
    unsigned char *other = allocate(4000);
    block_set_units(rest, 250);
    lock_take(&heap.lock);
    heap_retire_locked(&heap, (void *)page_start(other));
    lock_drop(&heap.lock);
    EXPECT_EQUAL(heap.free_bytes, 0);
}

static void *churn(void *seed)
{
    unsigned char *blocks[16] = {NULL};
    unsigned state = *(const unsigned *)seed;
    for (unsigned i = 0; i < ROUNDS; i++) {
        state = state * 1103515245u + 12345u;
        unsigned at = (state >> 16) % 16;
        if (blocks[at] != NULL)
            give(blocks[at]);
        blocks[at] = allocate(1 + (state >> 8) % 5000);
        if (blocks[at] != NULL)
            blocks[at][0] = (unsigned char)at;
    }
    for (unsigned i = 0; i < 16; i++)
        if (blocks[i] != NULL)
            give(blocks[i]);
    return NULL;
}

TEST(threads_share_a_heap)
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS];
    start();
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = i + 1;
        EXPECT(pthread_create(&threads[i], NULL, churn, &seeds[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_SOUND();
    EXPECT_EQUAL(heap.pages.used, 0);
    EXPECT_EQUAL(heap.free_bytes, 0);
}

TESTS_MAIN("heap")
