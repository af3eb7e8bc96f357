/* aes.c - the cipher in arithmetic over eight bytes at a time: substitution is an inversion in
 * GF(2^8), computed and not looked up, so that no table's cache lines tell of the key. */
#include "pool/aes.h"

#include "pool/util.h"

#include <string.h>

#define EACH_BYTE(value) ((uint64_t)(value)*UINT64_C(0x0101010101010101))

enum { KEY_WORDS = 8, SCHEDULE_WORDS = 4 * (AES_ROUNDS + 1), REDUCTION = 0x1b };

static uint64_t doubled(uint64_t bytes)
{
    uint64_t high = bytes & EACH_BYTE(0x80);
    return ((bytes ^ high) << 1) ^ ((high >> 7) * REDUCTION);
}

static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t sum = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        sum ^= a & ((b & EACH_BYTE(1)) * 0xff);
        a = doubled(a);
        b = (b >> 1) & EACH_BYTE(0x7f);
    }
    return sum;
}

static uint64_t power(uint64_t bytes, unsigned squarings)
{
    while (squarings-- > 0)
        bytes = product(bytes, bytes);
    return bytes;
}

/* x to the 254th: the inverse, and 0 for 0. */
static uint64_t inverted(uint64_t x)
{
    uint64_t x2 = power(x, 1);
    uint64_t x3 = product(x2, x);
    uint64_t x12 = power(x3, 2);
    uint64_t x240 = power(product(x12, x3), 4);
    return product(product(x240, x12), x2);
}

static uint64_t rotated(uint64_t bytes, unsigned by)
{
    uint64_t low = EACH_BYTE(0xffu >> (8 - by));
    return ((bytes << by) & ~low) | ((bytes >> (8 - by)) & low);
}

static uint64_t substituted(uint64_t bytes)
{
    uint64_t x = inverted(bytes);
    return x ^ rotated(x, 1) ^ rotated(x, 2) ^ rotated(x, 3) ^ rotated(x, 4) ^ EACH_BYTE(0x63);
}

static uint64_t substituted_back(uint64_t x)
{
    return inverted(rotated(x, 1) ^ rotated(x, 3) ^ rotated(x, 6) ^ EACH_BYTE(0x05));
}

static void substitute(unsigned char state[AES_BLOCK_BYTES], uint64_t (*way)(uint64_t))
{
    uint64_t half[2];
    memcpy(half, state, sizeof half);
    half[0] = way(half[0]);
    half[1] = way(half[1]);
    memcpy(state, half, sizeof half);
}

/* Row r of the column-wise state moves by r columns; `step` 1 forwards, 3 back. */
static void shift_rows(unsigned char state[AES_BLOCK_BYTES], unsigned step)
{
    unsigned char moved[AES_BLOCK_BYTES];
    for (unsigned column = 0; column < 4; column++)
        for (unsigned row = 0; row < 4; row++)
            moved[4 * column + row] = state[4 * ((column + step * row) % 4) + row];
    memcpy(state, moved, sizeof moved);
}

static uint64_t turned(uint64_t columns, unsigned by)
{
    uint64_t kept = UINT64_C(0x0000000100000001) * (0xffffffffu >> by);
    return ((columns >> by) & kept) | ((columns << (32 - by)) & ~kept);
}

static void mix_columns(unsigned char state[AES_BLOCK_BYTES])
{
    uint64_t half[2];
    memcpy(half, state, sizeof half);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t next = turned(half[i], 8);
        half[i] = doubled(half[i] ^ next) ^ next ^ turned(half[i], 16) ^ turned(half[i], 24);
    }
    memcpy(state, half, sizeof half);
}

/* The fourth mixing is the identity. */
static void mix_columns_back(unsigned char state[AES_BLOCK_BYTES])
{
    mix_columns(state);
    mix_columns(state);
    mix_columns(state);
}

static void add_round_key(unsigned char state[AES_BLOCK_BYTES], const unsigned char *round)
{
    for (unsigned i = 0; i < AES_BLOCK_BYTES; i++)
        state[i] ^= round[i];
}

void aes_encrypt_block(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES])
{
    add_round_key(block, key->round[0]);
    for (unsigned round = 1; round <= AES_ROUNDS; round++) {
        substitute(block, substituted);
        shift_rows(block, 1);
        if (round < AES_ROUNDS)
            mix_columns(block);
        add_round_key(block, key->round[round]);
    }
}

void aes_decrypt_block(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES])
{
    for (unsigned round = AES_ROUNDS; round >= 1; round--) {
        add_round_key(block, key->round[round]);
        if (round < AES_ROUNDS)
            mix_columns_back(block);
        shift_rows(block, 3);
        substitute(block, substituted_back);
    }
    add_round_key(block, key->round[0]);
}

void aes_key_set(struct aes_key *key, const unsigned char bytes[AES_KEY_BYTES])
{
    uint32_t word[SCHEDULE_WORDS];
    uint32_t constant = 1;
    memcpy(word, bytes, AES_KEY_BYTES);
    for (unsigned i = KEY_WORDS; i < SCHEDULE_WORDS; i++) {
        uint32_t before = word[i - 1];
        if (i % KEY_WORDS == 0) {
            before = (uint32_t)substituted((before >> 8) | (before << 24)) ^ constant;
            constant <<= 1;
        } else if (i % KEY_WORDS == KEY_WORDS / 2) {
            before = (uint32_t)substituted(before);
        }
        word[i] = word[i - KEY_WORDS] ^ before;
    }
    memcpy(key->round, word, sizeof word);
    memcpy(key->inverse, word, sizeof word);
    for (unsigned round = 1; round < AES_ROUNDS; round++)
        mix_columns_back(key->inverse[round]);
    memset(word, 0, sizeof word);
    __asm__ volatile("" : : "r"(word) : "memory"); /* the zeroes are written */
}

void aes_xts_key_set(struct aes_xts_key *key, const unsigned char bytes[2 * AES_KEY_BYTES])
{
    aes_key_set(&key->data, bytes);
    aes_key_set(&key->tweak, bytes + AES_KEY_BYTES);
    key->by_instruction = aes_has_instruction();
}

/* The mask of the next block: times x in GF(2^128). */
static void step_mask(unsigned char mask[AES_BLOCK_BYTES])
{
    uint64_t half[2];
    memcpy(half, mask, sizeof half);
    uint64_t out = half[1] >> 63;
    half[1] = (half[1] << 1) | (half[0] >> 63);
    half[0] = (half[0] << 1) ^ (out * 0x87);
    memcpy(mask, half, sizeof half);
}

static void convert(const struct aes_xts_key *key, const uint64_t tweak[2], unsigned char *bytes,
                    size_t length, bool encrypts)
{
    unsigned char mask[AES_BLOCK_BYTES];
    memcpy(mask, tweak, sizeof mask);
    if (key->by_instruction) {
        aes_instruction_xts(key, mask, bytes, length, encrypts);
        return;
    }
    aes_encrypt_block(&key->tweak, mask);
    for (size_t at = 0; at < length; at += AES_BLOCK_BYTES) {
        add_round_key(bytes + at, mask);
        if (encrypts)
            aes_encrypt_block(&key->data, bytes + at);
        else
            aes_decrypt_block(&key->data, bytes + at);
        add_round_key(bytes + at, mask);
        step_mask(mask);
    }
}

void aes_xts_encrypt(const struct aes_xts_key *key, const uint64_t tweak[2], void *bytes,
                     size_t length)
{
    convert(key, tweak, bytes, length, true);
}

void aes_xts_decrypt(const struct aes_xts_key *key, const uint64_t tweak[2], void *bytes,
                     size_t length)
{
    convert(key, tweak, bytes, length, false);
}
