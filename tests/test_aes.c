#include "tests/expect.h"

#include "pool/aes.h"

/* FIPS 197, appendix C.3. */
static const char fips_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char fips_plain[] = "00112233445566778899aabbccddeeff";
static const char fips_cipher[] = "8ea2b7ca516745bfeafc49904b496089";

/* IEEE 1619-2007 (SP 800-38E), annex B, vector 10: 512 bytes 00 01 .. ff 00 .., unit 0xff. */
static const char xts_key[] = "2718281828459045235360287471352662497757247093699959574966967627"
                              "3141592653589793238462643383279502884197169399375105820974944592";
static const char xts_head[] = "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b";
static const char xts_tail[] = "773dad38014bd2092fa755c824bb5e54c4f36ffda9fcea70b9c6e693e148c151";

static void from_hex(unsigned char *bytes, const char *hex)
{
    for (; hex[0] != 0; hex += 2) {
        const char pair[] = {hex[0], hex[1], 0};
        *bytes++ = (unsigned char)strtoul(pair, NULL, 16);
    }
}

typedef void convert_block(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES]);

static void expect_fips(convert_block *encrypt, convert_block *decrypt)
{
    unsigned char bytes[32];
    unsigned char wanted[16];
    unsigned char block[16];
    struct aes_key key;
    from_hex(bytes, fips_key);
    aes_key_set(&key, bytes);
    from_hex(block, fips_plain);
    from_hex(wanted, fips_cipher);
    encrypt(&key, block);
    EXPECT(memcmp(block, wanted, sizeof block) == 0);
    decrypt(&key, block);
    from_hex(wanted, fips_plain);
    EXPECT(memcmp(block, wanted, sizeof block) == 0);
}

TEST(arithmetic_gives_the_standards_block)
{
    expect_fips(aes_encrypt_block, aes_decrypt_block);
}

TEST(instructions_give_the_standards_block)
{
    if (aes_has_instruction())
        expect_fips(aes_instruction_encrypt, aes_instruction_decrypt);
}

static void expect_xts(bool by_instruction)
{
    static const uint64_t tweak[2] = {0xff, 0};
    static unsigned char bytes[512];
    unsigned char wanted[64];
    struct aes_xts_key key;
    from_hex(wanted, xts_key);
    aes_xts_key_set(&key, wanted);
    key.by_instruction = by_instruction;
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    aes_xts_encrypt(&key, tweak, bytes, sizeof bytes);
    from_hex(wanted, xts_head);
    EXPECT(memcmp(bytes, wanted, 32) == 0);
    from_hex(wanted, xts_tail);
    EXPECT(memcmp(bytes + sizeof bytes - 32, wanted, 32) == 0);
    aes_xts_decrypt(&key, tweak, bytes, sizeof bytes);
    for (unsigned i = 0; i < sizeof bytes; i++)
        EXPECT_EQUAL(bytes[i], (unsigned char)i);
}

TEST(arithmetic_gives_the_standards_xts_unit)
{
    expect_xts(false);
}

TEST(instructions_give_the_standards_xts_unit)
{
    if (aes_has_instruction())
        expect_xts(true);
}

TEST(another_tweak_gives_another_page)
{
    static unsigned char first[4096];
    static unsigned char second[4096];
    static const uint64_t tweaks[2][2] = {{7, 1}, {7, 2}};
    unsigned char bytes[2 * AES_KEY_BYTES] = {1, 2, 3};
    struct aes_xts_key key;
    aes_xts_key_set(&key, bytes);
    aes_xts_encrypt(&key, tweaks[0], first, sizeof first);
    aes_xts_encrypt(&key, tweaks[1], second, sizeof second);
    EXPECT(memcmp(first, second, sizeof first) != 0);
}

TESTS_MAIN("aes")
