#include "pool/number.h"

#include "tests/expect.h"

#include <string.h>

static bool reads(const char *text, unsigned base, uint64_t wanted)
{
    uint64_t number = 0;
    return number_read(text, text + strlen(text), base, &number) && number == wanted;
}

static bool refuses(const char *text, unsigned base)
{
    uint64_t number;
    return !number_read(text, text + strlen(text), base, &number);
}

TEST(digits_of_the_base_are_read_to_the_last)
{
    EXPECT(reads("0", 10, 0) && reads("007", 10, 7) && reads("16", 16, 0x16));
    EXPECT(reads("0x1F", 10, 0x1f) && reads("ffFF", 16, 0xffff));
    EXPECT(reads("18446744073709551615", 10, UINT64_MAX));
    EXPECT(reads("0xffffffffffffffff", 10, UINT64_MAX));
}

TEST(what_is_no_number_or_too_large_is_refused)
{
    EXPECT(refuses("", 10) && refuses("0x", 10) && refuses("-1", 10) && refuses("1 ", 10));
    EXPECT(refuses("1f", 10) && refuses("1g", 16) && refuses("@", 16));
    EXPECT(refuses("18446744073709551616", 10) && refuses("0x10000000000000000", 10));
}

TESTS_MAIN("number")
