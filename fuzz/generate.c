#include "fuzz/generate.h"

#include <string.h>

enum { SHORTEST = 8, FEW_HANDLES = 12, BUSY_SIZES = 2, CALM_IRQL = 1 };

static uint64_t next(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* Most blocks are of two small sizes and from one pool, few are out of reach by IRQL: so many are
 * live that a back end with buckets opens them. */
static void make_busy(uint8_t *record, uint64_t draw, uint64_t shape)
{
    unsigned which = draw >> 60 & 3;
    if (which == 3)
        return;
    uint16_t code = (uint16_t)(shape >> (34 + 8 * (which % BUSY_SIZES)) & 0x7f);
    if ((shape >> 52 & 3) == 0) /* up to a kilobyte */
        code = (uint16_t)(code * 16);
    record[2] = (uint8_t)(code & 0xff);
    record[3] = (uint8_t)(code >> 8 & 3);
    record[5] = (uint8_t)(shape >> 50 & 1);
    record[6] = CALM_IRQL;
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
        else if ((shape >> 33 & 1) != 0 && i >= PROGRAM_HEADER_BYTES)
            make_busy(bytes + i, word, shape);
    }
    program_decode(program, bytes, PROGRAM_HEADER_BYTES + ops * PROGRAM_RECORD_BYTES);
}
