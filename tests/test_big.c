#include "tests/expect.h"

#include "expool/pool.h"
#include "pool/heap.h"
#include "pool/os.h"
#include "pool/util.h"

#include <stdio.h>

enum { TAG = 0x31676154, CAPACITY = 64 };

static struct heap heap;

static void start(void)
{
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    EXPECT(range != NULL && heap_start(&heap, POOL_NONPAGED,
                                       &(struct page_range){.start = range, .pages = CAPACITY}));
}

static unsigned char *take(size_t size_bytes, bool zero)
{
    struct request request = {
        .kind = POOL_NONPAGED, .zero = zero, .tag = TAG, .size_bytes = size_bytes};
    return big_take_locked(&heap, &request);
}

static void give(const unsigned char *data)
{
    big_give_locked(&heap, pages_index(&heap.pages, data), 77);
}

TEST(sizes_are_rounded_to_whole_pages)
{
    const struct {
        size_t size_bytes;
        uint32_t pages;
    } rows[] = {{4081, 1}, {4096, 1}, {4097, 2}, {8192, 2}, {8193, 3}, {CAPACITY * 4096, 64}};
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        start();
        unsigned char *data = take(rows[i].size_bytes, false);
        const struct page_record *record = &heap.pages.records[pages_index(&heap.pages, data)];
        EXPECT_EQUAL((uintptr_t)data % PAGE_BYTES, 0);
        EXPECT_EQUAL(record->pages, rows[i].pages);
        EXPECT_EQUAL(record->size_bytes, rows[i].size_bytes);
        EXPECT_EQUAL(heap.pages.used, rows[i].pages);
    }
}

TEST(an_alignment_beyond_the_page_is_found_and_the_rest_given_back)
{
    start();
    for (uint8_t log2 = 12; log2 <= 17; log2++) {
        struct request request = {.kind = POOL_NONPAGED,
                                  .tag = TAG,
                                  .is_malloc = true,
                                  .alignment_log2 = log2,
                                  .size_bytes = 5000};
        unsigned char *data = big_take_locked(&heap, &request);
        EXPECT(data != NULL && (uintptr_t)data % ((size_t)1 << log2) == 0);
        EXPECT_EQUAL(heap.pages.used, 2);
        EXPECT(heap_check(&heap) == NULL);
        give(data);
        EXPECT_EQUAL(heap.pages.used, 0);
    }
    EXPECT(heap_check(&heap) == NULL);
}

TEST(absurd_sizes_give_null_and_change_nothing)
{
    const size_t sizes[] = {CAPACITY * 4096 + 1, SIZE_MAX, SIZE_MAX - 4095, (size_t)1 << 63};
    start();
    for (unsigned i = 0; i < COUNT_OF(sizes); i++)
        EXPECT(take(sizes[i], true) == NULL);
    EXPECT_EQUAL(heap.pages.used, 0);
    EXPECT(heap_check(&heap) == NULL);
}

TEST(each_page_leads_back_to_the_first)
{
    start();
    unsigned char *data = take(5 * PAGE_BYTES, false);
    size_t first = pages_index(&heap.pages, data);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQUAL(heap.pages.uses[first + i], i == 0 ? PAGE_BIG : PAGE_BIG_REST);
        EXPECT_EQUAL(pages_first(&heap.pages, first + i), first);
    }
}

TEST(a_given_one_keeps_both_stacks)
{
    start();
    unsigned char *data = take(2 * PAGE_BYTES, false);
    struct page_record *record = &heap.pages.records[pages_index(&heap.pages, data)];
    record->trace = 55;
    give(data);
    const uint8_t *uses = heap.pages.uses + (record - heap.pages.records);
    EXPECT_EQUAL(uses[0], PAGE_FREE | PAGE_IS_DIRTY | PAGE_WAS_BIG);
    EXPECT_EQUAL(uses[1], PAGE_FREE | PAGE_IS_DIRTY);
    EXPECT_EQUAL(record->allocated, 55);
    EXPECT_EQUAL(record->trace, 77);
}

TEST(only_a_zeroed_one_is_cleared_on_reuse)
{
    start();
    unsigned char *data = take(2 * PAGE_BYTES, false);
    memset(data, 0xee, 2 * PAGE_BYTES);
    give(data);
    EXPECT(take(2 * PAGE_BYTES, true) == data);
    EXPECT(data[0] == 0 && memcmp(data, data + 1, 2 * PAGE_BYTES - 1) == 0);
}

static size_t resident_pages(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%*u %zu", &pages) == 1);
    fclose(file);
    return pages;
}

TEST(a_huge_block_zeroed_again_does_not_come_into_memory)
{
    enum { HUGE_BYTES = 512 << 20, FEW_PAGES = 8192 };
    for (unsigned i = 0; i < 2; i++) {
        unsigned char *data = ExAllocatePool2(POOL_FLAG_PAGED, HUGE_BYTES, TAG);
        EXPECT(data[0] == 0 && data[HUGE_BYTES / 2] == 0 && data[HUGE_BYTES - 1] == 0);
        data[0] = data[HUGE_BYTES / 2] = data[HUGE_BYTES - 1] = 1;
        EXPECT(resident_pages() < FEW_PAGES + HUGE_BYTES / PAGE_BYTES / 8);
        ExFreePool(data);
    }
}

TESTS_MAIN("big")
