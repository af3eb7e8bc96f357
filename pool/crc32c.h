/* crc32c.h - CRC-32C (Castagnoli) of a few words already in registers: the seal of a block header.
 * The processor's instruction when it has one, else a table of 4 x 256 words. */
#ifndef POOL_CRC32C_H
#define POOL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Before the first use; a second time says nothing. The pool asks for it, too: a program's
 * constructor may come before ours. */
void crc32c_start(void);

/* CRC state -> CRC state over eight (four) bytes, least significant byte first, no final
 * inversion. */
uint32_t crc32c_u64_portable(uint32_t crc, uint64_t value);
uint32_t crc32c_u32_portable(uint32_t crc, uint32_t value);

#if defined(__x86_64__)
extern int crc32c_has_instruction; /* set before main */

static inline uint32_t crc32c_u64(uint32_t crc, uint64_t value)
{
    if (crc32c_has_instruction) {
        uint64_t state = crc;
        __asm__("crc32q %1, %0" : "+r"(state) : "rm"(value));
        return (uint32_t)state;
    }
    return crc32c_u64_portable(crc, value);
}

static inline uint32_t crc32c_u32(uint32_t crc, uint32_t value)
{
    if (crc32c_has_instruction) {
        __asm__("crc32l %1, %0" : "+r"(crc) : "rm"(value));
        return crc;
    }
    return crc32c_u32_portable(crc, value);
}

/* Without asking: where it is known that the instruction is there. */
static inline uint32_t crc32c_u64_instruction(uint32_t crc, uint64_t value)
{
    uint64_t state = crc;
    __asm__("crc32q %1, %0" : "+r"(state) : "rm"(value));
    return (uint32_t)state;
}

static inline uint32_t crc32c_u32_instruction(uint32_t crc, uint32_t value)
{
    __asm__("crc32l %1, %0" : "+r"(crc) : "rm"(value));
    return crc;
}
#else
enum { crc32c_has_instruction = 0 };
#define crc32c_u64             crc32c_u64_portable
#define crc32c_u32             crc32c_u32_portable
#define crc32c_u64_instruction crc32c_u64_portable
#define crc32c_u32_instruction crc32c_u32_portable
#endif

/* The usual CRC-32C of a byte string: 0xE3069283 for "123456789". */
uint32_t crc32c(const void *bytes, size_t length);

#endif
