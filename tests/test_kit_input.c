/* The driver kit: an input as bytes, text and calls, of plain functions without a driver. */
#include "tests/expect.h"
#include "tests/kit_program.h"

#include "expool/kit.h"
#include "fuzz/kit/input_text.h"
#include "fuzz/kit/mutate.h"
#include "fuzz/kit/run.h"

#include <stdio.h>

KIT_DRIVER(.entry = NULL) /* "driver", then */

#define IOCTL_LEAK  1u
#define IOCTL_COUNT 2u
KIT_IOCTLS(IOCTL_LEAK, IOCTL_COUNT)

static uint64_t seen;

KIT_OP(count, KIT_HANDLE(h), KIT_U32(size), KIT_U64(wide), KIT_BYTES(name, 20), KIT_BYTES(more, 9),
       KIT_CHOICE(how, "slowly quickly"))
{
    seen = h + size + wide + name.length + more.length + how;
}

KIT_OP(ioctl, KIT_CODE_OF_IOCTL(code))
{
    seen = code;
}

static void expect_refusal(const char *line, const char *words)
{
    char text[256];
    char error[KIT_ERROR_MAX];
    snprintf(text, sizeof text, "expool-kit v1\n%s\n", line);
    ck_assert(!kit_parse(&input, text, error));
    ck_assert_msg(strstr(error, words) != NULL, "'%s' says: %s", line, error);
    ck_assert_msg(strncmp(error, "line 2: ", 8) == 0, "%s", error);
}

TEST(what_is_decoded_and_encoded_is_canonical_and_its_text_says_the_same)
{
    static uint8_t bytes[KIT_INPUT_BYTES_MAX];
    static uint8_t again[KIT_INPUT_BYTES_MAX];
    static char text[1 << 16];
    char error[KIT_ERROR_MAX];
    kit_start();
    for (unsigned seed = 1; seed <= 300; seed++) {
        size_t length = kit_generate(bytes, 20, seed);
        kit_decode(&input, bytes, length);
        ck_assert_uint_eq(kit_encode(&input, again), length);
        ck_assert_mem_eq(bytes, again, length);
        kit_print(&input, text, sizeof text);
        ck_assert_msg(kit_parse(&input, text, error), "%s in\n%s", error, text);
        ck_assert_uint_eq(kit_encode(&input, again), length);
        ck_assert_mem_eq(bytes, again, length);
    }
}

TEST(every_byte_string_is_an_input)
{
    static uint8_t bytes[KIT_INPUT_BYTES_MAX + 5];
    static uint8_t again[KIT_INPUT_BYTES_MAX];
    kit_start();
    uint32_t random = 1;
    for (unsigned round = 0; round < 300; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)((random = random * 1664525u + 1013904223u) >> 24);
        kit_decode(&input, bytes, random % sizeof bytes);
        ck_assert_uint_le(kit_encode(&input, again), sizeof again);
    }
}

TEST(arguments_arrive_in_the_body_as_the_text_says)
{
    kit_start();
    parse("count h=3 size=0x10 wide=0x100000000 name=\"ab\\x00\" more=\"\" how=quickly\n");
    kit_run(&input);
    ck_assert_uint_eq(seen, 3 + 0x10 + 0x100000000 + 3 + 0 + 1);
}

TEST(a_text_that_is_wrong_is_refused_with_its_line_and_the_nearest_word)
{
    kit_start();
    expect_refusal("cuont h=1", "'count' is");
    expect_refusal("verify: ends", "'end' is");
    expect_refusal("ioctl code=IOCTL_LAEK", "IOCTL_LEAK is");
    expect_refusal("count h=16", "does not fit");
    expect_refusal("count how=fast", "slowly quickly");
    expect_refusal("count more=\"0123456789\"", "up to 9 bytes");
    expect_refusal("count h 3", "'='");
    expect_refusal("driver: another", "not for 'driver'");
    expect_refusal("fail: 0", "1 to 255");
}

TEST(a_mutation_depends_on_the_input_and_the_seed_alone)
{
    static uint8_t one[KIT_INPUT_BYTES_MAX];
    static uint8_t other[KIT_INPUT_BYTES_MAX];
    kit_start();
    for (unsigned seed = 1; seed < 200; seed++) {
        size_t length = kit_generate(one, 20, seed);
        memcpy(other, one, length);
        size_t after = kit_mutate(one, length, sizeof one, seed);
        ck_assert_uint_eq(kit_mutate(other, length, sizeof other, seed), after);
        ck_assert_mem_eq(one, other, after);
        ck_assert_uint_le(kit_mutate(one, after, after - 1, seed), after - 1); /* only shorter */
    }
}

/* Not one that two draws may give by chance. */
static bool is_rare(uint32_t number)
{
    return number > 0x10001 && number < 0x7ffffffe;
}

static bool has_field(struct kit_bytes bytes, uint32_t number)
{
    for (size_t at = 0; at + sizeof number <= bytes.length; at += sizeof number)
        if (memcmp(bytes.data + at, &number, sizeof number) == 0)
            return true;
    return false;
}

static void count_shared(unsigned *keys, unsigned *fields)
{
    for (unsigned i = 0; i < input.count; i++)
        for (unsigned k = 0; k < input.count; k++) {
            const struct kit_call *one = &input.calls[i];
            const struct kit_call *other = &input.calls[k];
            if (i == k || one->operation->count < 6 || other->operation->count < 6)
                continue;
            uint32_t key = (uint32_t)one->values[1].u64;
            *keys += is_rare(key) && key == (uint32_t)other->values[1].u64;
            *fields += is_rare(key) && has_field(other->values[3].bytes, key);
        }
}

TEST(a_key_of_one_call_comes_back_in_another)
{
    static uint8_t bytes[KIT_INPUT_BYTES_MAX];
    unsigned keys = 0;
    unsigned fields = 0;
    kit_start();
    for (unsigned seed = 1; seed < 400; seed++) {
        kit_decode(&input, bytes, kit_generate(bytes, 20, seed));
        count_shared(&keys, &fields);
    }
    ck_assert_uint_gt(keys, 20);
    ck_assert_uint_gt(fields, 10);
}

/* AFL++ finds these by name. */
void *afl_custom_init(void *afl, unsigned int seed);
void afl_custom_deinit(void *mutator);
size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t length, uint8_t **child,
                       uint8_t *other, size_t other_length, size_t capacity);

TEST(children_for_afl_are_inputs_within_their_room)
{
    uint8_t zeroes[8] = {0};
    uint8_t *child;
    unsigned operations = 0;
    void *mutator = afl_custom_init(NULL, 1);
    EXPECT(mutator != NULL);
    for (unsigned i = 0; i < 200; i++) {
        size_t length = afl_custom_fuzz(mutator, zeroes, 8, &child, zeroes, 8, 64);
        EXPECT(length <= 64);
        kit_decode(&input, child, length);
        operations += input.count;
    }
    EXPECT(operations > 100);
    afl_custom_deinit(mutator);
}

TESTS_MAIN("kit_input")
