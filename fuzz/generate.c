#include "fuzz/generate.h"

enum { SHORTEST = 8, FEW_HANDLES = 12 };

static uint64_t next(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

void generate(struct program *program, uint64_t seed)
{
    uint8_t bytes[PROGRAM_BYTES_MAX];
    uint64_t state = seed;
    uint64_t shape = next(&state);
    unsigned ops = SHORTEST + (unsigned)(shape % (PROGRAM_OPS_MAX - SHORTEST));
    for (unsigned i = 0; i < PROGRAM_HEADER_BYTES + ops * PROGRAM_RECORD_BYTES; i += 8) {
        uint64_t word = next(&state);
        for (unsigned j = 0; j < 8; j++)
            bytes[i + j] = (uint8_t)(word >> (8 * j));
        if ((shape >> 32 & 1) != 0) /* few handles: operations meet each other's blocks */
            bytes[i + 1] %= FEW_HANDLES;
    }
    program_decode(program, bytes, PROGRAM_HEADER_BYTES + ops * PROGRAM_RECORD_BYTES);
}
