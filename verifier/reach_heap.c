#include "verifier/reach_heap.h"

#include "pool/heap.h"
#include "pool/live.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/util.h"
#include "verifier/special.h"

#include <stdlib.h>

enum { HEADER_BYTES_MAX = 16 };

struct range {
    uintptr_t start;
    uintptr_t end;
};

static struct {
    uint8_t *marks; /* NULL: closed */
    size_t marks_count;
    struct range *blocks; /* of normal pool, sorted */
    size_t count;
    size_t capacity;
} heap;

static void count_block(const struct live_block *block, void *context)
{
    (void)context;
    heap.capacity += !block->is_free && !space_has(block->address);
}

static void copy_block(const struct live_block *block, void *context)
{
    (void)context;
    if (block->is_free || space_has(block->address) || heap.count == heap.capacity)
        return;
    uintptr_t start = (uintptr_t)block->address;
    heap.blocks[heap.count++] = (struct range){start, start + block->size_bytes};
}

static int by_start(const void *left, const void *right)
{
    const struct range *a = left;
    const struct range *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

/* More may be allocated between the counting and the copying. */
static bool copy_normal_pool(void)
{
    enum { SPARE = 4096 };
    heap.capacity = 0;
    heap.count = 0;
    pool_each_live(count_block, NULL);
    heap.capacity += SPARE;
    heap.blocks = os_table(heap.capacity * sizeof heap.blocks[0]);
    if (heap.blocks == NULL)
        return false;
    pool_each_live(copy_block, NULL);
    if (heap.count > 0)
        qsort(heap.blocks, heap.count, sizeof heap.blocks[0], by_start);
    return true;
}

bool reach_heap_open(void)
{
    if (!copy_normal_pool())
        return false;
    heap.marks_count = space.units + heap.count;
    heap.marks = os_table(heap.marks_count);
    if (heap.marks == NULL)
        os_release(heap.blocks, heap.capacity * sizeof heap.blocks[0]);
    return heap.marks != NULL;
}

void reach_heap_close(void)
{
    if (heap.marks == NULL)
        return;
    os_release(heap.marks, heap.marks_count);
    os_release(heap.blocks, heap.capacity * sizeof heap.blocks[0]);
    heap.marks = NULL;
}

bool reach_heap_is_open(void)
{
    return heap.marks != NULL;
}

uint8_t *reach_heap_mark(uint64_t number)
{
    return &heap.marks[number];
}

void reach_heap_block(uint64_t number, struct reach_block *block)
{
    block->number = number;
    if (number >= space.units) {
        block->start = heap.blocks[number - space.units].start;
        block->end = heap.blocks[number - space.units].end;
        return;
    }
    struct slot_facts facts = slot_facts(space_slot((uint32_t)number));
    block->start = (uintptr_t)slot_block(facts, space_data((uint32_t)number));
    block->end = block->start + facts.size_bytes;
}

static bool find_in_special(uintptr_t word, struct reach_block *block)
{
    uint32_t unit = special_head((const void *)word);
    if (unit == UNIT_NONE || !slot_is_live(space_slot(unit)))
        return false;
    reach_heap_block(unit, block);
    return word >= block->start && word < block->end;
}

bool reach_heap_find(uintptr_t word, struct reach_block *block)
{
    if (space_has((const void *)word))
        return find_in_special(word, block);
    size_t low = 0;
    size_t high = heap.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (heap.blocks[middle].end <= word)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == heap.count || word < heap.blocks[low].start)
        return false;
    reach_heap_block(space.units + low, block);
    return true;
}

bool reach_heap_is_start(const struct reach_block *block, uintptr_t word)
{
    return block->number >= space.units || word - block->start <= HEADER_BYTES_MAX;
}

static void (*each_take)(const struct reach_block *block);

static void take_unit(uint32_t unit, void *context)
{
    struct reach_block block;
    (void)context;
    reach_heap_block(unit, &block);
    each_take(&block);
}

void reach_heap_each(void (*take)(const struct reach_block *block))
{
    each_take = take;
    special_each_live(take_unit, NULL);
    for (size_t i = 0; i < heap.count; i++)
        take(&(struct reach_block){heap.blocks[i].start, heap.blocks[i].end, space.units + i});
}

static struct range range_of_space(void)
{
    uintptr_t start = (uintptr_t)space.start;
    return (struct range){start, start + space.units * (size_t)UNIT_BYTES};
}

static struct range range_of_pool(enum pool_kind kind)
{
    const struct pages *pages = &pool_heap(kind)->pages;
    uintptr_t start = (uintptr_t)pages->start;
    return (struct range){start, start + pages->capacity * PAGE_BYTES};
}

/* What describes a place begins with where its first block may begin. */
static struct range range_of_heap(enum pool_kind kind)
{
    uintptr_t start = (uintptr_t)pool_heap(kind);
    return (struct range){start, start + sizeof(struct heap)};
}

bool reach_heap_range(unsigned index, uintptr_t *start, uintptr_t *end)
{
    const struct range own[] = {
        range_of_space(),
        {(uintptr_t)&space, (uintptr_t)(&space + 1)},
        range_of_pool(POOL_NONPAGED_EXECUTE),
        range_of_pool(POOL_NONPAGED),
        range_of_pool(POOL_PAGED),
        range_of_heap(POOL_NONPAGED_EXECUTE),
        range_of_heap(POOL_NONPAGED),
        range_of_heap(POOL_PAGED),
    };
    static_assert(POOL_KIND_COUNT == 3, "every pool has its ranges");
    if (index >= COUNT_OF(own))
        return false;
    *start = own[index].start;
    *end = own[index].end;
    return true;
}
