/* aes.h - AES-256 in XTS mode (FIPS 197, SP 800-38E), for pages that leave memory. By the
 * processor's own instructions where it has them, else in arithmetic without tables: neither way
 * takes a time or reads an address that depends on key or data. Async-signal-safe; no state of its
 * own. */
#ifndef POOL_AES_H
#define POOL_AES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AES_BLOCK_BYTES = 16, AES_ROUNDS = 14, AES_KEY_BYTES = 32 };

struct aes_key {
    _Alignas(16) unsigned char round[AES_ROUNDS + 1][AES_BLOCK_BYTES];
    _Alignas(16) unsigned char inverse[AES_ROUNDS + 1][AES_BLOCK_BYTES]; /* for instructions */
};

struct aes_xts_key {
    struct aes_key data;
    struct aes_key tweak;
    bool by_instruction;
};

bool aes_has_instruction(void);

void aes_key_set(struct aes_key *key, const unsigned char bytes[AES_KEY_BYTES]);
void aes_encrypt_block(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES]);
void aes_decrypt_block(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES]);

/* The first half encrypts data, the second the tweak. */
void aes_xts_key_set(struct aes_xts_key *key, const unsigned char bytes[2 * AES_KEY_BYTES]);

/* In place; `length` is a multiple of 16. The tweak names the place and must not be used twice for
 * different content. */
void aes_xts_encrypt(const struct aes_xts_key *key, const uint64_t tweak[2], void *bytes,
                     size_t length);
void aes_xts_decrypt(const struct aes_xts_key *key, const uint64_t tweak[2], void *bytes,
                     size_t length);

/* The halves that know instructions (aes_instruction.c); called only where there are some. */
void aes_instruction_encrypt(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES]);
void aes_instruction_decrypt(const struct aes_key *key, unsigned char block[AES_BLOCK_BYTES]);
void aes_instruction_xts(const struct aes_xts_key *key, unsigned char mask[AES_BLOCK_BYTES],
                         unsigned char *bytes, size_t length, bool encrypts);

#endif
