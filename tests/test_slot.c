#include "verifier/slot.h"

#include "pool/options.h"
#include "tests/expect.h"

static unsigned char page[2 * 4096] __attribute__((aligned(4096)));

static size_t malloc_offset(unsigned placement, size_t size_bytes, unsigned alignment_log2)
{
    struct slot_facts facts = {.size_bytes = size_bytes & SLOT_SIZE_MAX,
                               .placement = placement & 3u,
                               .alignment_log2 = alignment_log2 & 31u,
                               .family = 1};
    return (size_t)(slot_block(facts, page) - page);
}

static size_t offset_of(unsigned placement, size_t size_bytes, bool is_cache_aligned)
{
    struct slot_facts facts = {.size_bytes = size_bytes & SLOT_SIZE_MAX,
                               .placement = placement & 3u,
                               .alignment_log2 = is_cache_aligned ? 6 : 0};
    return (size_t)(slot_block(facts, page) - page);
}

TEST(a_block_at_the_end_is_aligned_to_sixteen)
{
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 1, false), 4080);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 16, false), 4080);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 17, false), 4064);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 4090, false), 0);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 100, true), 4096 - 128);
}

TEST(a_block_of_a_page_and_more_begins_a_page)
{
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 4096, false), 0);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_END, 4097, false), 0);
}

TEST(exact_puts_the_last_byte_against_the_guard)
{
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_EXACT, 1, false), 4095);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_EXACT, 4097, false), 4095);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_EXACT, 100, true), 4096 - 128);
}

TEST(a_malloc_block_of_a_page_and_more_lies_at_the_guard_too)
{
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 4096, 0), 0);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 5000, 0), 8192 - 5008);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_EXACT, 5000, 0), 8192 - 5000);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_START, 5000, 0), 0);
}

TEST(an_alignment_is_kept_in_each_placement)
{
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_EXACT, 100, 4), 4096 - 112);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 100, 3), 4096 - 104);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 100, 9), 4096 - 512);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 4097, 12), 0);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 100, 21), 0);
}

TEST(no_bytes_lie_at_the_guard_itself)
{
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 0, 0), 4096);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_START, 0, 0), 4096);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_EXACT, 0, 12), 4096);
    EXPECT_EQUAL(malloc_offset(OPTION_VERIFY_END, 0, 13), 0);
}

TEST(start_is_the_first_byte_of_the_page)
{
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_START, 1, false), 0);
    EXPECT_EQUAL(offset_of(OPTION_VERIFY_START, 5000, false), 0);
}

TEST(a_block_takes_its_pages_and_a_guard_behind_them)
{
    EXPECT_EQUAL(slot_pages(0), 1);
    EXPECT_EQUAL(slot_pages(4096), 1);
    EXPECT_EQUAL(slot_units(1), 1);
    EXPECT_EQUAL(slot_units(4096), 1);
    EXPECT_EQUAL(slot_units(4097), 2);
    EXPECT_EQUAL(slot_units(3 * 4096), 2);
    EXPECT_EQUAL(slot_units(3 * 4096 + 1), 3);
}

TEST(facts_survive_the_packing)
{
    struct slot_facts facts = {.size_bytes = SLOT_SIZE_MAX,
                               .state = SLOT_TAIL_DEAD,
                               .irql_allocated = 2,
                               .alignment_log2 = 26,
                               .kind = 2,
                               .placement = 1,
                               .family = 3,
                               .fill = 0x2b};
    struct slot_facts again = slot_facts_of(slot_word_of(facts));
    EXPECT_EQUAL(again.size_bytes, SLOT_SIZE_MAX);
    EXPECT_EQUAL(again.state, SLOT_TAIL_DEAD);
    EXPECT_EQUAL(again.irql_allocated, 2);
    EXPECT_EQUAL(again.alignment_log2, 26);
    EXPECT_EQUAL(again.family, 3);
    EXPECT_EQUAL(slot_fill_byte(again), 0xab);
}

TEST(a_live_slot_is_claimed_once)
{
    struct slot slot = {.word = 0};
    slot_set(&slot, (struct slot_facts){.state = SLOT_LIVE, .size_bytes = 5});
    uint64_t seen = slot_word(&slot);
    EXPECT(slot_claim(&slot, seen));
    EXPECT(!slot_claim(&slot, seen));
    EXPECT_EQUAL(slot_facts(&slot).state, SLOT_FREEING);
}

TEST(the_fill_is_never_zero_and_never_that_of_freed_memory)
{
    bool differs = false;
    for (uint32_t unit = 0; unit < 10000; unit++) {
        uint8_t fill = slot_fill_byte((struct slot_facts){.fill = slot_fill(42, unit) & 63u});
        EXPECT(fill >= 0x80);
        EXPECT(fill != SLOT_FREED_FILL);
        differs |= slot_fill(42, unit) != slot_fill(42, 0);
    }
    EXPECT(differs);
}

TESTS_MAIN("slot")
