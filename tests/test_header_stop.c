#include "fuzz/header_stop.h"

#include "tests/expect.h"

#include <string.h>

/* A page of four blocks of 16 units and a rest, laid out by hand. */
enum { PAGE = 4096, UNITS = 16, BLOCKS = 4, REST = 256 - BLOCKS * UNITS, LIVE = 1 };
enum { AT_PREVIOUS = 0, AT_UNITS = 3, AT_TYPE = 4, AT_TAG = 8 };

static unsigned char page[PAGE] __attribute__((aligned(4096)));
static struct wounds wounds;
static struct model model;

static unsigned char *header_of(unsigned block)
{
    return page + (size_t)block * UNITS * HEADER_BYTES;
}

static void lay(void)
{
    memset(page, 0, sizeof page);
    memset(&wounds, 0, sizeof wounds);
    memset(&model, 0, sizeof model);
    for (unsigned i = 0; i <= BLOCKS; i++) {
        header_of(i)[AT_PREVIOUS] = i == 0 ? 0 : UNITS;
        header_of(i)[AT_UNITS] = i < BLOCKS ? UNITS : REST;
        header_of(i)[AT_TYPE] = i < BLOCKS ? LIVE : 0;
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        model.handles[i] = (struct handle){
            .state = HANDLE_LIVE, .address = header_of(i) + HEADER_BYTES, .size = 200, .tag = 't'};
}

static void change(unsigned char *at, unsigned char mask)
{
    struct damage_bytes bytes = {.start = at, .length = 1, .mask = {mask}};
    wounds_before(&wounds, &model, &bytes);
    damage_do(&bytes);
    wounds_after(&wounds, &bytes);
}

static struct header_stop freed(unsigned block)
{
    return header_stop_of_free(&wounds, &model.handles[block], true, false);
}

static void expect_stop(unsigned block, uint32_t subcode, const void *second, uint64_t fourth)
{
    struct header_stop stop = freed(block);
    EXPECT_EQUAL(stop.verdict, HEADER_STOPS);
    EXPECT_EQUAL(stop.expected.code, 0x19);
    EXPECT_EQUAL(stop.expected.subcode, subcode);
    EXPECT_EQUAL(stop.expected.parameter[1], (uintptr_t)second);
    EXPECT_EQUAL(stop.expected.parameter[3], fourth);
}

TEST(a_sound_page_is_silent)
{
    lay();
    for (unsigned i = 0; i < BLOCKS; i++)
        EXPECT_EQUAL(freed(i).verdict, HEADER_SILENT);
}

TEST(the_field_that_shows_it_says_which_stop_comes)
{
    unsigned char *own = header_of(2);
    lay();
    change(own + AT_PREVIOUS, 1);
    expect_stop(2, 0x05, own - (size_t)(UNITS + 1) * HEADER_BYTES, (uintptr_t)own);
    lay();
    change(own + AT_PREVIOUS, UNITS);
    expect_stop(2, 0x07, NULL, (uintptr_t)own);
    lay();
    change(own + AT_UNITS, UNITS);
    expect_stop(2, 0x08, NULL, (uintptr_t)own);
    lay();
    change(own + AT_UNITS, 0xe0);
    expect_stop(2, 0x09, own + (size_t)(0xe0 | UNITS) * HEADER_BYTES, (uintptr_t)own);
    lay();
    change(own + AT_TAG, 1);
    expect_stop(2, 0x20, own, header_contents(own));
    EXPECT_EQUAL(freed(2).expected.parameter[2], (uintptr_t)header_of(3));
}

TEST(a_neighbour_tells_and_what_lies_behind_is_not_met)
{
    lay();
    change(header_of(2) + AT_TAG, 1);
    expect_stop(1, 0x20, header_of(2), header_contents(header_of(2)));
    EXPECT(freed(1).expected.about == &model.handles[1]);
    expect_stop(3, 0x20, header_of(2), header_contents(header_of(2)));
    EXPECT(freed(3).expected.about == NULL);
    change(header_of(3) + AT_TAG, 1);
    expect_stop(3, 0x0A, header_of(3), (uintptr_t)page);
}

TEST(a_page_out_of_use_takes_everything_in_silence)
{
    lay();
    change(header_of(2) + AT_TAG, 1);
    wounds_retire(&wounds, header_of(2));
    EXPECT_EQUAL(freed(2).verdict, HEADER_SILENT);
}

TEST(the_bit_of_the_cache_is_not_sealed)
{
    lay();
    change(header_of(1) + AT_TYPE, HEADER_CACHED);
    struct header_stop stop = freed(1);
    EXPECT_EQUAL(stop.verdict, HEADER_STOPS);
    EXPECT_EQUAL(stop.expected.code, 0xC2);
    EXPECT_EQUAL(freed(0).verdict, HEADER_SILENT);
}

TEST(what_is_changed_back_is_whole)
{
    lay();
    change(header_of(2) + AT_TAG, 1);
    change(header_of(2) + AT_TAG, 1);
    EXPECT_EQUAL(freed(2).verdict, HEADER_SILENT);
}

TEST(the_segment_heap_has_one_code_and_names_the_header)
{
    lay();
    change(header_of(2) + AT_TAG, 1);
    struct header_stop stop = header_stop_of_free(&wounds, &model.handles[1], true, true);
    EXPECT_EQUAL(stop.expected.code, 0x13A);
    EXPECT_EQUAL(stop.expected.subcode, 3);
    EXPECT_EQUAL(stop.expected.parameter[2], (uintptr_t)header_of(2));
}

TEST(a_stop_of_links_shows_what_lies_there)
{
    unsigned char *rest = header_of(BLOCKS);
    lay();
    change(rest + HEADER_BYTES, 1);
    struct expool_bugcheck seen = {
        .code = 0x19, .subcode = 3, .parameter = {3, (uintptr_t)rest, 1, 0}};
    EXPECT(header_stop_misfit(&wounds, &seen) == NULL);
    seen.parameter[2] = 0;
    seen.parameter[3] = 1;
    EXPECT(header_stop_misfit(&wounds, &seen) != NULL);
    seen.parameter[1] = (uintptr_t)header_of(1);
    EXPECT(header_stop_misfit(&wounds, &seen) != NULL);
}

TEST(a_free_block_whose_link_is_damaged_must_not_be_given)
{
    unsigned char *rest = header_of(BLOCKS);
    lay();
    change(rest + HEADER_BYTES + 8, 1);
    EXPECT(wounds_forbid(&wounds, rest + HEADER_BYTES, false));
    EXPECT(!wounds_forbid(&wounds, header_of(3) + HEADER_BYTES, false));
    EXPECT(!wounds_forbid(&wounds, rest + HEADER_BYTES, true));
}

TESTS_MAIN("header_stop")
