/* aes_instruction.c - the cipher by the processor's instructions. x86-64 has them since 2010; on
 * other processors nothing here is called. */
#include "pool/aes.h"

#include "pool/util.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define WITH_AES __attribute__((target("aes,sse2")))

bool aes_has_instruction(void)
{
    return __builtin_cpu_supports("aes") != 0;
}

static WITH_AES __m128i load(const unsigned char *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

static WITH_AES void store(unsigned char *bytes, __m128i value)
{
    _mm_storeu_si128((__m128i *)(void *)bytes, value);
}

static WITH_AES __m128i encrypted(const struct aes_key *key, __m128i block)
{
    block = _mm_xor_si128(block, load(key->round[0]));
    for (unsigned round = 1; round < AES_ROUNDS; round++)
        block = _mm_aesenc_si128(block, load(key->round[round]));
    return _mm_aesenclast_si128(block, load(key->round[AES_ROUNDS]));
}

static WITH_AES __m128i decrypted(const struct aes_key *key, __m128i block)
{
    block = _mm_xor_si128(block, load(key->inverse[AES_ROUNDS]));
    for (unsigned round = AES_ROUNDS - 1; round >= 1; round--)
        block = _mm_aesdec_si128(block, load(key->inverse[round]));
    return _mm_aesdeclast_si128(block, load(key->inverse[0]));
}

WITH_AES void aes_instruction_encrypt(const struct aes_key *key,
                                      unsigned char block[AES_BLOCK_BYTES])
{
    store(block, encrypted(key, load(block)));
}

WITH_AES void aes_instruction_decrypt(const struct aes_key *key,
                                      unsigned char block[AES_BLOCK_BYTES])
{
    store(block, decrypted(key, load(block)));
}

/* Times x in GF(2^128): each 32-bit lane takes the top bit of the lane below it, the lowest the
 * reduction by that of the highest. */
static WITH_AES __m128i stepped(__m128i mask)
{
    __m128i carry = _mm_and_si128(_mm_srai_epi32(mask, 31), _mm_set_epi32(0x87, 1, 1, 1));
    return _mm_xor_si128(_mm_slli_epi32(mask, 1),
                         _mm_shuffle_epi32(carry, _MM_SHUFFLE(2, 1, 0, 3)));
}

WITH_AES void aes_instruction_xts(const struct aes_xts_key *key,
                                  unsigned char mask[AES_BLOCK_BYTES], unsigned char *bytes,
                                  size_t length, bool encrypts)
{
    __m128i now = encrypted(&key->tweak, load(mask));
    for (size_t at = 0; at < length; at += AES_BLOCK_BYTES) {
        __m128i block = _mm_xor_si128(load(bytes + at), now);
        block = encrypts ? encrypted(&key->data, block) : decrypted(&key->data, block);
        store(bytes + at, _mm_xor_si128(block, now));
        now = stepped(now);
    }
}

#else

bool aes_has_instruction(void)
{
    return false;
}

void aes_instruction_encrypt(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES])
{
    aes_encrypt_block(key, block);
}

void aes_instruction_decrypt(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES])
{
    aes_decrypt_block(key, block);
}

void aes_instruction_xts(const struct aes_xts_key *key, unsigned char mask[AES_BLOCK_BYTES],
                         unsigned char *bytes, size_t length, bool encrypts)
{
    (void)key;
    (void)mask;
    (void)bytes;
    (void)length;
    (void)encrypts;
    INVARIANT(!"no instruction for AES here");
}

#endif
