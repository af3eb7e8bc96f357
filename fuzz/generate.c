#include "fuzz/generate.h"

#include "fuzz/mutate.h"

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

/* Some programs are about a few operations, some about one tag: what takes ten frees to a list, or
 * five blocks alike, hardly ever comes about when everything is drawn evenly. */
static void keep_to_theme(uint8_t *record, uint64_t draw, uint64_t shape)
{
    uint64_t theme = shape;
    uint64_t ops = next(&theme);
    if ((shape >> 54 & 1) != 0 && (draw >> 40 & 1) != 0)
        record[0] = (uint8_t)(ops >> (draw >> 41 & 7) * 8);
    if ((shape >> 55 & 1) != 0 && (draw >> 44 & 3) != 0)
        record[4] = (uint8_t)(shape >> 56);
}

static void put(uint8_t *bytes, uint64_t word)
{
    for (unsigned i = 0; i < PROGRAM_RECORD_BYTES; i++)
        bytes[i] = (uint8_t)(word >> (8 * i));
}

static void put_records(uint8_t *records, unsigned count, uint64_t shape, uint64_t *state)
{
    for (uint8_t *record = records; count-- > 0; record += PROGRAM_RECORD_BYTES) {
        uint64_t word = next(state);
        put(record, word);
        if ((shape >> 32 & 1) != 0) /* few handles: operations meet each other's blocks */
            record[1] %= FEW_HANDLES;
        else if ((shape >> 33 & 1) != 0)
            make_busy(record, word, shape);
        keep_to_theme(record, word, shape);
    }
}

void generate_records(uint8_t *records, unsigned count, uint64_t seed)
{
    uint64_t shape = next(&seed);
    put_records(records, count, shape, &seed);
}

size_t generate_bytes(uint8_t *bytes, uint64_t seed)
{
    uint64_t shape = next(&seed);
    unsigned ops = SHORTEST + (unsigned)(shape % (PROGRAM_OPS_MAX - SHORTEST));
    put(bytes, next(&seed));
    put_records(bytes + PROGRAM_HEADER_BYTES, ops, shape, &seed);
    return PROGRAM_HEADER_BYTES + ops * PROGRAM_RECORD_BYTES;
}

void generate(struct program *program, uint64_t seed)
{
    uint8_t bytes[PROGRAM_BYTES_MAX];
    program_decode(program, bytes, generate_bytes(bytes, seed));
}

static unsigned fields_of(uint8_t op)
{
    return op_rows[op_kind_of(op)].fields;
}

const struct grammar program_grammar = {fields_of, generate_records};
