#include "tests/expect.h"

#include "pool/crc32c.h"

/* RFC 3720, B.4. */
TEST(published_vectors_come_out)
{
    static const unsigned char read_command[48] = {
        0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0,
        0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 2,    0, 0, 0, 0, 0, 0, 0};
    unsigned char bytes[32];
    EXPECT_EQUAL(crc32c("123456789", 9), 0xE3069283);
    EXPECT_EQUAL(crc32c("", 0), 0);
    memset(bytes, 0, sizeof bytes);
    EXPECT_EQUAL(crc32c(bytes, sizeof bytes), 0x8A9136AA);
    memset(bytes, 0xff, sizeof bytes);
    EXPECT_EQUAL(crc32c(bytes, sizeof bytes), 0x62A8AB43);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    EXPECT_EQUAL(crc32c(bytes, sizeof bytes), 0x46DD794E);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(31 - i);
    EXPECT_EQUAL(crc32c(bytes, sizeof bytes), 0x113FDB5C);
    EXPECT_EQUAL(crc32c(read_command, sizeof read_command), 0xD9963A56);
}

TEST(words_and_bytes_agree)
{
    uint64_t words[4] = {0x0123456789abcdef, 0, ~UINT64_C(0), 0x8000000000000001};
    uint32_t portable = ~0u;
    uint32_t chosen = ~0u;
    for (unsigned i = 0; i < 4; i++) {
        portable = crc32c_u64_portable(portable, words[i]);
        chosen = crc32c_u64(chosen, words[i]);
    }
    EXPECT_EQUAL(~portable, crc32c(words, sizeof words));
    EXPECT_EQUAL(~chosen, crc32c(words, sizeof words));
}

TEST(two_halves_make_a_word)
{
    uint32_t crc = crc32c_u32_portable(crc32c_u32_portable(7, 0x89abcdef), 0x01234567);
    EXPECT_EQUAL(crc, crc32c_u64_portable(7, 0x0123456789abcdef));
}

TEST(every_bit_counts)
{
    for (unsigned bit = 0; bit < 64; bit++)
        EXPECT(crc32c_u64(1, UINT64_C(1) << bit) != crc32c_u64(1, 0));
}

TESTS_MAIN("crc32c")
