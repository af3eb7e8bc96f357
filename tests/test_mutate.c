#include "fuzz/mutate.h"

#include "fuzz/generate.h"
#include "tests/expect.h"

enum { ROUNDS = 20000 };

static uint8_t parent[2 * PROGRAM_BYTES_MAX];
static uint8_t child[2 * PROGRAM_BYTES_MAX];
static uint8_t again[2 * PROGRAM_BYTES_MAX];

/* A parent of so many generated records; returns its length. */
static size_t make_parent(unsigned count, uint64_t seed)
{
    memset(parent, 0, sizeof parent);
    generate_records(parent + PROGRAM_HEADER_BYTES, count, seed);
    return PROGRAM_HEADER_BYTES + (size_t)count * PROGRAM_RECORD_BYTES;
}

static struct mutation mutate_into(uint8_t *bytes, size_t length, size_t capacity, uint64_t seed)
{
    struct mutation mutation = {&program_grammar, bytes, length, capacity, seed, 0};
    memcpy(bytes, parent, sizeof parent);
    mutate(&mutation);
    return mutation;
}

TEST(the_same_seed_gives_the_same_child)
{
    size_t length = make_parent(40, 1);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct mutation one = mutate_into(child, length, sizeof child, seed);
        (void)mutate_into(parent, length, sizeof parent, seed + 1); /* no state stays behind */
        make_parent(40, 1);
        struct mutation two = mutate_into(again, length, sizeof again, seed);
        EXPECT_EQUAL(one.length, two.length);
        EXPECT_EQUAL(one.kinds, two.kinds);
        EXPECT(memcmp(child, again, one.length) == 0);
    }
}

TEST(a_child_is_a_header_and_whole_records_whatever_the_parent_was)
{
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        make_parent(PROGRAM_OPS_MAX, seed);
        size_t length = seed * 7919 % (PROGRAM_BYTES_MAX + 40);
        struct mutation made = mutate_into(child, length, PROGRAM_BYTES_MAX, seed);
        EXPECT(made.length >= PROGRAM_HEADER_BYTES && made.length <= PROGRAM_BYTES_MAX);
        EXPECT_EQUAL(made.length % PROGRAM_RECORD_BYTES, 0);
    }
}

TEST(a_child_never_grows_over_the_capacity)
{
    size_t length = make_parent(30, 3);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        size_t capacity = seed * 31 % (2 * length);
        memset(child, 0xa5, sizeof child);
        struct mutation made = mutate_into(child, length, capacity, seed);
        EXPECT(made.length <= capacity);
        EXPECT(capacity < PROGRAM_HEADER_BYTES || made.length % PROGRAM_RECORD_BYTES == 0);
        EXPECT(memcmp(child + PROGRAM_BYTES_MAX, parent + PROGRAM_BYTES_MAX, 64) == 0);
    }
}

TEST(a_child_has_no_more_records_than_a_program_takes)
{
    size_t length = make_parent(PROGRAM_OPS_MAX, 4);
    for (uint64_t seed = 0; seed < ROUNDS; seed++)
        EXPECT(mutate_into(child, length, sizeof child, seed).length <= PROGRAM_BYTES_MAX);
}

TEST(a_child_differs_from_its_parent)
{
    unsigned same = 0;
    size_t length = make_parent(20, 5);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct mutation made = mutate_into(child, length, PROGRAM_BYTES_MAX, seed);
        same += made.length == length && memcmp(child, parent, length) == 0;
    }
    EXPECT_EQUAL(same, 0);
}

TEST(every_kind_of_mutation_is_used)
{
    unsigned times[MUTATION_KIND_COUNT] = {0};
    size_t length = make_parent(20, 6);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        unsigned kinds = mutate_into(child, length, PROGRAM_BYTES_MAX, seed).kinds;
        EXPECT(kinds != 0);
        for (unsigned i = 0; i < MUTATION_KIND_COUNT; i++)
            times[i] += kinds >> i & 1;
    }
    for (unsigned i = 0; i < MUTATION_KIND_COUNT; i++)
        EXPECT_THAT(times[i] > ROUNDS / 100, "%s was used %u times", mutation_names[i], times[i]);
}

/* How many records of the child stand in the parent, in the same order. */
static unsigned kept_in_order(size_t child_length, size_t parent_length)
{
    unsigned kept = 0;
    size_t at = PROGRAM_HEADER_BYTES;
    for (size_t i = PROGRAM_HEADER_BYTES; i < child_length; i += PROGRAM_RECORD_BYTES) {
        while (at < parent_length && memcmp(child + i, parent + at, PROGRAM_RECORD_BYTES) != 0)
            at += PROGRAM_RECORD_BYTES;
        if (at == parent_length)
            break;
        at += PROGRAM_RECORD_BYTES;
        kept++;
    }
    return kept;
}

/* libFuzzer asks so while it minimises: one byte less than there is. */
TEST(over_the_capacity_records_are_deleted_from_anywhere_and_the_others_kept)
{
    size_t length = make_parent(30, 7);
    unsigned without_first = 0;
    unsigned without_last = 0;
    unsigned all_kept = 0;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct mutation made = mutate_into(child, length, length - 1, seed);
        unsigned records = (unsigned)(made.length / PROGRAM_RECORD_BYTES) - 1;
        EXPECT(made.length < length);
        EXPECT_EQUAL(made.kinds, 1u << MUTATION_DELETE);
        EXPECT(memcmp(child, parent, PROGRAM_HEADER_BYTES) == 0);
        unsigned kept = kept_in_order(made.length, length);
        if (kept == records)
            all_kept++;
        if (records == 0 || kept < records)
            continue;
        without_first +=
            memcmp(child + PROGRAM_HEADER_BYTES, parent + PROGRAM_HEADER_BYTES, 8) != 0;
        without_last += memcmp(child + made.length - 8, parent + length - 8, 8) != 0;
    }
    EXPECT(all_kept > ROUNDS / 2 && all_kept < ROUNDS); /* in the rest one argument is simpler */
    EXPECT(without_first > ROUNDS / 50);
    EXPECT(without_last > ROUNDS / 4);
}

/* An empty corpus begins so: libFuzzer's first input has one byte. */
TEST(from_nothing_comes_a_program_of_some_length)
{
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        make_parent(0, 0);
        struct mutation made = mutate_into(child, 1, PROGRAM_BYTES_MAX, seed);
        EXPECT(made.length >= PROGRAM_HEADER_BYTES + 10 * PROGRAM_RECORD_BYTES);
    }
}

/* With one allocation there, one new record in a fair number of children is about the same handle:
 * by chance it would be one in sixty-four, or in twelve. */
TEST(an_inserted_record_is_often_about_a_block_that_is_there)
{
    unsigned inserted = 0;
    unsigned related = 0;
    size_t length = make_parent(1, 8);
    uint8_t *record = parent + PROGRAM_HEADER_BYTES;
    memcpy(record, (uint8_t[]){0, 47, 100, 0, 1, 1, 0, 1}, PROGRAM_RECORD_BYTES); /* alloc2 */
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct mutation made = mutate_into(child, length, PROGRAM_BYTES_MAX, seed);
        if (made.kinds != 1u << MUTATION_INSERT || made.length != length + PROGRAM_RECORD_BYTES ||
            memcmp(child, parent, length) != 0)
            continue;
        unsigned fields = op_rows[op_kind_of(child[length])].fields;
        inserted += (fields & FIELD_HANDLE) != 0;
        related += (fields & FIELD_HANDLE) != 0 && child[length + 1] == 47;
    }
    EXPECT(inserted > ROUNDS / 50);
    EXPECT(related * 6 > inserted);
}

/* It takes many blocks at once to fill a page or a bucket: some child has them. */
TEST(a_repeated_allocation_goes_to_other_handles)
{
    unsigned longest = 0;
    size_t length = make_parent(1, 9);
    memcpy(parent + PROGRAM_HEADER_BYTES, (uint8_t[]){0, 3, 100, 0, 1, 1, 0, 1}, 8);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        struct mutation made = mutate_into(child, length, PROGRAM_BYTES_MAX, seed);
        uint64_t handles = 0;
        for (size_t i = PROGRAM_HEADER_BYTES; i < made.length; i += PROGRAM_RECORD_BYTES)
            if (made.kinds == 1u << MUTATION_REPEAT)
                handles |= UINT64_C(1) << child[i + 1] % PROGRAM_HANDLES;
        unsigned count = (unsigned)__builtin_popcountll(handles);
        longest = count > longest ? count : longest;
    }
    EXPECT(longest >= 16);
}

TESTS_MAIN("mutate")
