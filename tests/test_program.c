#include "fuzz/program.h"

#include "tests/expect.h"

static struct program program;
static struct program again;
static uint8_t bytes[PROGRAM_BYTES_MAX + PROGRAM_RECORD_BYTES];
static uint8_t canonical[PROGRAM_BYTES_MAX];

/* Bytes without a pattern, the same ones every time. */
static void fill_bytes(uint32_t seed, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

TEST(no_bytes_are_a_program_of_nothing)
{
    program_decode(&program, bytes, 0);
    EXPECT_EQUAL(program.count, 0);
    EXPECT_EQUAL(program.verify, PROGRAM_VERIFY_END);
    EXPECT_EQUAL(program.reuse, PROGRAM_REUSE_RECYCLE);
}

TEST(a_short_header_means_defaults)
{
    fill_bytes(1, PROGRAM_HEADER_BYTES);
    for (size_t length = 0; length < PROGRAM_HEADER_BYTES; length++) {
        program_decode(&program, bytes, length);
        EXPECT_EQUAL(program.count, 0);
        EXPECT_EQUAL(program.verify, PROGRAM_VERIFY_END);
    }
}

TEST(a_partial_record_is_ignored)
{
    fill_bytes(2, PROGRAM_HEADER_BYTES + 2 * PROGRAM_RECORD_BYTES);
    program_decode(&program, bytes, PROGRAM_HEADER_BYTES + 2 * PROGRAM_RECORD_BYTES - 1);
    EXPECT_EQUAL(program.count, 1);
}

TEST(records_past_the_most_are_ignored)
{
    fill_bytes(3, sizeof bytes);
    program_decode(&program, bytes, sizeof bytes);
    EXPECT_EQUAL(program.count, PROGRAM_OPS_MAX);
}

TEST(any_bytes_come_back_from_their_canonical_form)
{
    for (uint32_t seed = 0; seed < 20; seed++) {
        size_t length = PROGRAM_HEADER_BYTES + (seed * 7 + 1) * PROGRAM_RECORD_BYTES;
        fill_bytes(seed, length);
        program_decode(&program, bytes, length);
        size_t encoded = program_encode(&program, canonical);
        program_decode(&again, canonical, encoded);
        EXPECT_EQUAL(encoded, length);
        EXPECT(memcmp(&program, &again, sizeof program) == 0);
    }
}

TEST(canonical_bytes_are_their_own_canonical_form)
{
    static uint8_t second[PROGRAM_BYTES_MAX];
    fill_bytes(99, PROGRAM_BYTES_MAX);
    program_decode(&program, bytes, PROGRAM_BYTES_MAX);
    size_t length = program_encode(&program, canonical);
    program_decode(&again, canonical, length);
    EXPECT_EQUAL(program_encode(&again, second), length);
    EXPECT(memcmp(canonical, second, length) == 0);
}

TEST(the_settings_of_a_program_come_back)
{
    static const struct program settings = {
        .verify = PROGRAM_VERIFY_EXACT,
        .reuse = PROGRAM_REUSE_PROTECT,
        .backend = PROGRAM_BACKEND_SEGMENT,
        .limit = PROGRAM_LIMIT_TINY,
        .failing = PROGRAM_FAILING_COUNT - 1,
        .special = PROGRAM_SPECIAL_WIDE,
        .seed = PROGRAM_SEEDS - 1,
    };
    program_decode(&again, canonical, program_encode(&settings, canonical));
    EXPECT(memcmp(&settings, &again, sizeof again) == 0);
    program = *program_usual(&settings);
    EXPECT_EQUAL(program.verify, PROGRAM_VERIFY_EXACT);
    EXPECT_EQUAL(program.limit + program.failing + program.special + program.seed, 0);
}

TEST(a_field_that_an_operation_does_not_read_is_zero)
{
    fill_bytes(4, PROGRAM_BYTES_MAX);
    program_decode(&program, bytes, PROGRAM_BYTES_MAX);
    for (unsigned i = 0; i < program.count; i++) {
        const struct op *op = &program.ops[i];
        unsigned fields = op_rows[op->kind].fields;
        EXPECT((fields & FIELD_HANDLE) != 0 || op->handle == 0);
        EXPECT((fields & FIELD_SIZE) != 0 || op->size == 0);
        EXPECT((fields & FIELD_TAG) != 0 || op->tag == 0);
        EXPECT((fields & FIELD_IRQL) != 0 || op->irql == 0);
        EXPECT((fields & FIELD_AUX) != 0 || op->aux == 0);
    }
}

TEST(every_first_byte_is_an_operation_and_each_has_one)
{
    bool met[OP_KIND_COUNT] = {false};
    unsigned weights = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        memset(bytes, 0, PROGRAM_HEADER_BYTES + PROGRAM_RECORD_BYTES);
        bytes[PROGRAM_HEADER_BYTES] = (uint8_t)byte;
        program_decode(&program, bytes, PROGRAM_HEADER_BYTES + PROGRAM_RECORD_BYTES);
        EXPECT(program.ops[0].kind < OP_KIND_COUNT);
        met[program.ops[0].kind] = true;
    }
    for (unsigned kind = 0; kind < OP_KIND_COUNT; kind++) {
        EXPECT(met[kind]);
        weights += op_rows[kind].is_later ? 0 : op_rows[kind].weight; /* the others gave theirs */
    }
    EXPECT_EQUAL(weights, 256);
}

TEST(no_size_is_zero_and_none_absurd)
{
    for (uint32_t code = 0; code <= UINT16_MAX; code++) {
        uint32_t size = program_size_of((uint16_t)code);
        EXPECT(size >= 1);
        EXPECT(size <= 256 * 1024);
    }
}

TEST(the_sizes_of_the_stories_can_be_written)
{
    static const uint32_t sizes[] = {1, 16, 1664, 3856, 4079, 4080, 4081, 4095, 4096, 4097, 8192};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint16_t code = 0;
        EXPECT(program_size_code(sizes[i], &code));
        EXPECT_EQUAL(program_size_of(code), sizes[i]);
    }
}

TEST(a_size_is_written_by_its_smallest_code)
{
    static bool is_seen[256 * 1024 + 1];
    for (uint32_t code = 0; code <= UINT16_MAX; code++) {
        uint32_t size = program_size_of((uint16_t)code);
        uint16_t smallest = 0;
        EXPECT(program_size_code(size, &smallest));
        EXPECT_EQUAL(program_size_of(smallest), size);
        if (!is_seen[size])
            EXPECT_EQUAL(smallest, code);
        is_seen[size] = true;
    }
}

TEST(a_size_without_a_code_says_so)
{
    uint16_t code = 0;
    EXPECT(!program_size_code(0, &code));
    EXPECT(!program_size_code(UINT32_MAX, &code));
}

TESTS_MAIN("program")
