#include "pool/crc32c.h"

enum { TABLE_SIZE = 256 };
#define POLYNOMIAL 0x82f63b78u /* Castagnoli, bits reversed */

static uint32_t table[4][TABLE_SIZE];

#if defined(__x86_64__)
int crc32c_has_instruction;
#endif

void crc32c_start(void)
{
    if (table[0][1] != 0)
        return;
    for (uint32_t i = 0; i < TABLE_SIZE; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1u) != 0 ? POLYNOMIAL : 0u);
        table[0][i] = crc;
    }
    for (uint32_t i = 0; i < TABLE_SIZE; i++)
        for (int row = 1; row < 4; row++)
            table[row][i] = (table[row - 1][i] >> 8) ^ table[0][table[row - 1][i] & 0xffu];
#if defined(__x86_64__)
    __builtin_cpu_init(); /* nobody has asked before us */
    crc32c_has_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

/* A function of its own: gcc forgets the priority of one that was declared before. */
__attribute__((constructor(101))) static void start_by_itself(void)
{
    crc32c_start();
}

uint32_t crc32c_u32_portable(uint32_t crc, uint32_t value)
{
    crc ^= value;
    return table[3][crc & 0xffu] ^ table[2][(crc >> 8) & 0xffu] ^ table[1][(crc >> 16) & 0xffu] ^
           table[0][crc >> 24];
}

uint32_t crc32c_u64_portable(uint32_t crc, uint64_t value)
{
    crc = crc32c_u32_portable(crc, (uint32_t)value);
    return crc32c_u32_portable(crc, (uint32_t)(value >> 32));
}

uint32_t crc32c(const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    uint32_t crc = ~0u;
    for (size_t i = 0; i < length; i++)
        crc = (crc >> 8) ^ table[0][(crc ^ byte[i]) & 0xffu];
    return ~crc;
}
