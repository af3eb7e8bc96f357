#include "tests/expect.h"

#include "pool/heap.h"
#include "pool/mode.h"
#include "pool/options.h"
#include "pool/os.h"

enum { TAG = 0x6c676154, CAPACITY = 256, UNITS = 4, SIZE = UNITS * 16 - 16, A_PAGE = 64 };

static struct heap heap;

static void start(uint64_t seed)
{
    void *range = os_reserve(CAPACITY * PAGE_BYTES, PAGE_BYTES);
    options.backend = OPTION_BACKEND_SEGMENT;
    options.seed = seed;
    EXPECT(range != NULL && heap_start(&heap, POOL_NONPAGED,
                                       &(struct page_range){.start = range, .pages = CAPACITY}));
}

static NOINLINE unsigned char *allocate(size_t size_bytes)
{
    struct request request = {.kind = POOL_NONPAGED,
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

static bool is_slot(const void *data)
{
    return lfh_has(&heap.lfh, pages_index(&heap.pages, data));
}

#define EXPECT_SOUND() EXPECT(heap_check(&heap) == NULL)

TEST(the_seventeenth_live_block_activates_its_bucket)
{
    unsigned char *blocks[20];
    start(1);
    for (unsigned i = 0; i < 16; i++)
        EXPECT(!is_slot(blocks[i] = allocate(SIZE)));
    give(blocks[15]);
    EXPECT(!is_slot(allocate(SIZE))); /* the sixteenth again */
    EXPECT(is_slot(allocate(SIZE)));
    EXPECT(is_slot(allocate(SIZE - 15))); /* the same bucket */
    EXPECT(!is_slot(allocate(SIZE - 16)));
    EXPECT(!is_slot(allocate(SIZE + 1)));
    for (unsigned i = 0; i < 15; i++)
        give(blocks[i]);
    EXPECT(is_slot(allocate(SIZE))); /* it stays active */
    EXPECT_SOUND();
}

TEST(above_half_a_page_there_are_no_slots)
{
    start(1);
    for (unsigned i = 0; i < 16; i++)
        allocate(2032);
    EXPECT(is_slot(allocate(2032)));
    for (unsigned i = 0; i < 20; i++)
        EXPECT(!is_slot(allocate(2033)));
    EXPECT_SOUND();
}

TEST(every_size_has_slots_of_its_own_length)
{
    for (size_t size = 1; size <= 2032; size += 16) {
        start(size);
        for (unsigned i = 0; i < 40; i++) {
            unsigned char *data = allocate(size);
            EXPECT_EQUAL(block_bytes(block_of_data(data)), size <= 16 ? 32 : (size + 31) / 16 * 16);
            memset(data, 0xcc, size);
        }
        EXPECT_SOUND();
    }
}

TEST(neighbours_come_no_more_often_than_by_chance)
{
    enum { ROUNDS = 4000 };
    unsigned neighbours = 0;
    start(42);
    for (unsigned i = 0; i < 16 + A_PAGE / 2; i++)
        allocate(SIZE); /* half of the first page stays taken */
    unsigned char *last = NULL;
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned char *data = allocate(SIZE);
        EXPECT(is_slot(data));
        neighbours += last != NULL && (data - last == SIZE + 16 || last - data == SIZE + 16);
        give(data);
        last = data;
    }
    /* Two of 64 slots, of which half are free: 2/64 expected, were all pairs alike. */
    EXPECT(neighbours > ROUNDS / 100);
    EXPECT(neighbours < ROUNDS / 12);
}

TEST(the_same_seed_chooses_the_same_slots)
{
    enum { BLOCKS = 100 };
    size_t first[BLOCKS];
    unsigned same = 0;
    for (unsigned round = 0; round < 3; round++) {
        start(round < 2 ? 7 : 8);
        for (unsigned i = 0; i < BLOCKS; i++) {
            size_t offset = (size_t)(allocate(SIZE) - heap.pages.start);
            if (round == 0)
                first[i] = offset;
            if (round == 1)
                EXPECT_EQUAL(offset, first[i]);
            same += round == 2 && offset == first[i];
        }
    }
    EXPECT(same < BLOCKS / 2);
}

TEST(empty_pages_go_back_but_for_one)
{
    enum { BLOCKS = 16 + 5 * A_PAGE };
    unsigned char *blocks[BLOCKS];
    start(3);
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = allocate(SIZE);
    EXPECT_EQUAL(heap.pages.used, 6);
    EXPECT_SOUND();
    for (unsigned i = 0; i < BLOCKS; i++) {
        give(blocks[(i * 5) % BLOCKS]);
        EXPECT_SOUND();
    }
    EXPECT_EQUAL(heap.pages.used, 1);
    EXPECT_EQUAL(heap_free_bytes(&heap), PAGE_BYTES);
    EXPECT_EQUAL(lfh_trim(&heap.lfh), 1);
    EXPECT_EQUAL(lfh_trim(&heap.lfh), 0);
    EXPECT_EQUAL(heap.pages.used, 0);
    EXPECT_EQUAL(heap_free_bytes(&heap), 0);
    EXPECT(is_slot(allocate(SIZE)));
    EXPECT_SOUND();
}

TEST(many_at_once_stop_at_the_seventeenth_and_then_are_slots)
{
    struct block *blocks[40];
    struct page_cutting cutting = {.units = UNITS,
                                   .max = 40,
                                   .type = BLOCK_TYPE_NONPAGED | BLOCK_TYPE_CACHED,
                                   .tag_hash = 5,
                                   .tag = TAG,
                                   .blocks = blocks};
    start(4);
    EXPECT_EQUAL(heap_take_many(&heap, &cutting, NULL), 16);
    EXPECT(!is_slot(blocks[0]));
    heap_give_many(&heap, blocks + 10, 6, NULL);
    EXPECT_EQUAL(heap_take_many(&heap, &cutting, NULL), 6);
    EXPECT_EQUAL(heap_take_many(&heap, &cutting, NULL), 40);
    for (unsigned i = 0; i < 40; i++) {
        EXPECT(is_slot(blocks[i]) && block_is_sealed(blocks[i]) && block_is_cached(blocks[i]));
        EXPECT_EQUAL(blocks[i]->tag, TAG);
        for (unsigned j = 0; j < i; j++)
            EXPECT(blocks[i] != blocks[j]);
    }
    EXPECT_SOUND();
    heap_give_many(&heap, blocks, 40, NULL);
    EXPECT_SOUND();
}

/* Takes blocks until the freed slot would have come round. */
static unsigned raised;
static enum violation_kind raised_kind;

static enum expool_action note(const struct expool_bugcheck *bugcheck, void *context)
{
    (void)context;
    raised++;
    raised_kind = bugcheck->subcode == 0x0D ? VIOLATION_FREE_LIST_LINKS : VIOLATION_FREED_HEADER;
    return EXPOOL_CONTINUE;
}

static void write_to_freed(ptrdiff_t offset, unsigned char value)
{
    start(5);
    raised = 0;
    expool_on_bugcheck(note, NULL);
    for (unsigned i = 0; i < 20; i++)
        allocate(SIZE);
    unsigned char *freed = allocate(SIZE);
    EXPECT(is_slot(freed));
    give(freed);
    freed[offset] ^= value;
    size_t page = pages_index(&heap.pages, freed);
    for (unsigned i = 0; i < A_PAGE && raised == 0; i++)
        EXPECT(allocate(SIZE) != freed);
    EXPECT_EQUAL(raised, 1);
    EXPECT_EQUAL(heap.pages.uses[page], PAGE_DAMAGED);
    EXPECT(is_slot(allocate(SIZE))); /* of another page */
    EXPECT_SOUND();
}

TEST(a_write_to_a_freed_slot_is_seen_when_it_comes_round)
{
    write_to_freed(0, 1);
    EXPECT_EQUAL(raised_kind, VIOLATION_FREE_LIST_LINKS);
    write_to_freed(15, 0x80);
    EXPECT_EQUAL(raised_kind, VIOLATION_FREE_LIST_LINKS);
    write_to_freed(-6, 1);
    EXPECT_EQUAL(raised_kind, VIOLATION_FREED_HEADER);
}

TEST(without_a_page_for_slots_the_lists_serve)
{
    unsigned served = 0;
    start(6);
    while (allocate(SIZE) != NULL)
        served++;
    EXPECT_EQUAL(served, CAPACITY * A_PAGE - (A_PAGE - 16) + (A_PAGE - 16));
    EXPECT_SOUND();
}

TEST(the_check_sees_each_kind_of_damage)
{
    start(9);
    for (unsigned i = 0; i < 20; i++)
        allocate(SIZE);
    unsigned char *data = allocate(SIZE);
    struct page_slots *slots = &heap.pages.records[pages_index(&heap.pages, data)].slots;
    slots->is_free[0] ^= 1;
    EXPECT_TEXT(heap_check(&heap), "bitmap");
    slots->is_free[0] ^= 1;
    slots->free--;
    EXPECT_TEXT(heap_check(&heap), "free slots is wrong");
    slots->free++;
    heap.lfh.free_bytes++;
    EXPECT_TEXT(heap_check(&heap), "bytes in free slots");
    heap.lfh.free_bytes--;
    heap.lfh.buckets[UNITS].has_empty = true;
    EXPECT_TEXT(heap_check(&heap), "empty pages");
    heap.lfh.buckets[UNITS].has_empty = false;
    EXPECT_SOUND();
}

TESTS_MAIN("lfh")
