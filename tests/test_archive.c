#include "tests/expect.h"

#include "pool/util.h"
#include "verifier/archive.h"

static struct slot slots[ARCHIVE_SLOTS];
static unsigned char scratch[ARCHIVE_BYTES_MAX];
static uint64_t state = 88172645463325252u;

static uint32_t random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

static void fill_wildly(void)
{
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++) {
        struct slot_facts facts = {.size_bytes = ((uint64_t)random_bits() << 8) & SLOT_SIZE_MAX,
                                   .state = SLOT_DEAD,
                                   .irql_allocated = random_bits() & 15u,
                                   .kind = random_bits() & 1u,
                                   .alignment_log2 = random_bits() & 31u,
                                   .family = random_bits() & 3u};
        slot_set(&slots[i], facts);
        slots[i].tag = random_bits();
        slots[i].allocated_stack = random_bits();
        slots[i].freed_stack = random_bits();
        slots[i].thread_allocated = (uint16_t)random_bits();
        slots[i].thread_freed = (uint16_t)random_bits();
        slots[i].allocated_ms = random_bits();
        slots[i].number = random_bits();
    }
}

static void fill_as_loops_do(uint32_t first)
{
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++) {
        struct slot_facts facts = {
            .size_bytes = 16 + random_bits() % 500, .state = SLOT_DEAD, .kind = 1};
        slot_set(&slots[i], facts);
        slots[i].tag = 'tseT';
        slots[i].allocated_stack = 77;
        slots[i].freed_stack = 99;
        slots[i].number = first + i;
    }
}

static void expect_kept(uint64_t handle)
{
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++) {
        struct slot told;
        EXPECT(archive_get(handle, i, &told));
        EXPECT_EQUAL(slot_word(&told), slot_word(&slots[i]));
        EXPECT_EQUAL(told.tag, slots[i].tag);
        EXPECT_EQUAL(told.allocated_stack, slots[i].allocated_stack);
        EXPECT_EQUAL(told.freed_stack, slots[i].freed_stack);
        EXPECT_EQUAL(told.thread_allocated, slots[i].thread_allocated);
        EXPECT_EQUAL(told.thread_freed, slots[i].thread_freed);
        EXPECT_EQUAL(told.allocated_ms, slots[i].allocated_ms);
        EXPECT_EQUAL(told.number, slots[i].number);
    }
}

TEST(slots_come_back_as_they_were)
{
    EXPECT(archive_start(1 << 20));
    for (unsigned round = 0; round < 20; round++) {
        fill_wildly();
        expect_kept(archive_put(slots, scratch));
    }
}

TEST(a_block_as_programs_make_them_takes_a_few_bytes)
{
    EXPECT(archive_start(1 << 20));
    fill_as_loops_do(1);
    uint64_t handle = archive_put(slots, scratch);
    EXPECT(archive_bytes() <= 4 * ARCHIVE_SLOTS);
    expect_kept(handle);
}

TEST(the_oldest_are_forgotten_and_say_so)
{
    struct slot told;
    EXPECT(archive_start(1));
    fill_as_loops_do(1);
    uint64_t oldest = archive_put(slots, scratch);
    uint64_t newest = oldest;
    for (unsigned i = 0; i < 10000; i++) {
        fill_as_loops_do(i * ARCHIVE_SLOTS);
        newest = archive_put(slots, scratch);
    }
    EXPECT(!archive_get(oldest, 3, &told));
    EXPECT(!archive_get(0, 3, &told));
    expect_kept(newest);
}

TEST(all_are_put_back_or_known_to_be_forgotten)
{
    static struct slot again[ARCHIVE_SLOTS];
    EXPECT(archive_start(1));
    fill_wildly();
    uint64_t handle = archive_put(slots, scratch);
    EXPECT(archive_restore(handle, again));
    EXPECT(memcmp(again, slots, sizeof again) == 0);
    for (unsigned i = 0; i < 10000; i++)
        (void)archive_put(slots, scratch);
    EXPECT(!archive_restore(handle, again) && !archive_restore(0, again));
    for (unsigned i = 0; i < ARCHIVE_SLOTS; i++)
        EXPECT(slot_state(&again[i]) == SLOT_DEAD && !slot_has_block(slot_facts(&again[i])));
}

TESTS_MAIN("archive")
