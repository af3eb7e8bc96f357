#include "verifier/pattern.h"

#include "tests/expect.h"

enum { FILL = 0x5b, BYTES = 300 };

static unsigned char bytes[BYTES];

static struct pattern_damage look(size_t from, size_t count)
{
    struct pattern_damage damage = {.count = 0};
    pattern_look(bytes + from, count, FILL, &damage);
    return damage;
}

TEST(an_untouched_pattern_shows_no_damage)
{
    pattern_fill(bytes, BYTES, FILL);
    for (size_t from = 0; from < 20; from++)
        for (size_t count = 0; count + from <= BYTES; count++)
            EXPECT(look(from, count).first == NULL);
}

TEST(every_changed_byte_is_found_wherever_it_lies)
{
    pattern_fill(bytes, BYTES, FILL);
    for (size_t count = BYTES - 70; count <= BYTES;
         count++) /* with every rest behind whole lines */
        for (size_t at = 0; at < count; at++) {
            bytes[at] = 0;
            struct pattern_damage damage = look(0, count);
            EXPECT(damage.first == bytes + at && damage.last == bytes + at);
            EXPECT_EQUAL(damage.count, 1);
            bytes[at] = FILL;
        }
}

TEST(first_last_and_count_span_the_damage)
{
    pattern_fill(bytes, BYTES, FILL);
    bytes[7] = 1;
    bytes[100] = 2;
    bytes[299] = 3;
    struct pattern_damage damage = look(1, BYTES - 1);
    EXPECT(damage.first == bytes + 7 && damage.last == bytes + 299);
    EXPECT_EQUAL(damage.count, 3);
}

TEST(a_single_bit_counts_as_one)
{
    pattern_fill(bytes, BYTES, FILL);
    bytes[50] ^= 0x10;
    EXPECT_EQUAL(look(0, BYTES).bits, 1);
    bytes[51] ^= 0x03;
    EXPECT_EQUAL(look(0, BYTES).bits, 3);
}

TEST(bytes_outside_the_stretch_are_not_looked_at)
{
    pattern_fill(bytes, BYTES, FILL);
    bytes[9] = 0;
    bytes[20] = 0;
    EXPECT(look(10, 10).first == NULL);
}

TESTS_MAIN("pattern")
