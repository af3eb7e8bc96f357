#include "fuzz/program.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    H = FIELD_HANDLE,
    S = FIELD_SIZE,
    T = FIELD_TAG,
    P = FIELD_POOL,
    I = FIELD_IRQL,
    A = FIELD_AUX
};

#define ROW(name, fields, weight)                                                                  \
    {                                                                                              \
        name, fields, weight, false, OP_ALLOC2                                                     \
    }
#define LATER(name, fields, weight, from)                                                          \
    {                                                                                              \
        name, fields, weight, true, from                                                           \
    }

const struct op_row op_rows[] = {
    [OP_ALLOC2] = ROW("alloc2", H | S | T | P | A, 40),
    [OP_ALLOC_TAG] = ROW("alloc_tag", H | S | T | P, 24),
    [OP_ALLOC_ZERO] = ROW("alloc_zero", H | S | T | P, 8),
    [OP_FREE] = ROW("free", H, 22),
    [OP_FREE_TAG] = ROW("free_tag", H, 22),
    [OP_FREE2] = ROW("free2", H, 10),
    [OP_CHECK] = ROW("check", H | A, 16),
    [OP_RAISE] = ROW("raise", I, 9),
    [OP_LOWER] = ROW("lower", I, 14),
    [OP_ACQUIRE] = ROW("acquire", H, 5),
    [OP_RELEASE] = ROW("release", H, 6),
    [OP_LIST_INIT] = ROW("list_init", H | P | T | A, 5),
    [OP_LIST_ALLOC] = ROW("list_alloc", H | A, 8),
    [OP_LIST_FREE] = ROW("list_free", H, 8),
    [OP_LIST_DELETE] = ROW("list_delete", H, 2),
    [OP_BAD_FLAGS] = ROW("bad_flags", S | A, 2),
    [OP_TAG_ZERO] = ROW("tag_zero", S | P | A, 2),
    [OP_ZERO_BYTES] = ROW("zero_bytes", H | T | P, 2),
    [OP_FREE_TWICE] = ROW("free_twice", H, 4),
    [OP_FREE_WRONG_TAG] = ROW("free_wrong_tag", H, 4),
    [OP_FREE_WRONG_SIZE] = ROW("free_wrong_size", H | A, 3),
    [OP_FREE_MIDDLE] = ROW("free_middle", H | A, 4),
    [OP_FREE_MISALIGNED] = ROW("free_misaligned", H | A, 3),
    [OP_FREE_FOREIGN] = ROW("free_foreign", A, 2),
    [OP_FREE_NULL] = ROW("free_null", 0, 1),
    [OP_READ_GUARD] = ROW("read_guard", H | A, 3),
    [OP_WRITE_GUARD] = ROW("write_guard", H | A, 4),
    [OP_READ_SLACK] = ROW("read_slack", H | A, 2),
    [OP_WRITE_SLACK] = ROW("write_slack", H | A, 4),
    [OP_FLIP_SLACK] = ROW("flip_slack", H | A, 3),
    [OP_WRITE_BEFORE] = ROW("write_before", H | A, 4),
    [OP_READ_FREED] = ROW("read_freed", H | A, 3),
    [OP_WRITE_FREED] = ROW("write_freed", H | A, 4),
    [OP_FREE_STALE] = ROW("free_stale", H, 2),
    [OP_SWEEP] = ROW("sweep", 0, 1),
    [OP_ALLOC_PRIORITY] = LATER("alloc_priority", H | S | T | P | A, 6, OP_ALLOC2),
    [OP_ALLOC_QUOTA] = LATER("alloc_quota", H | S | T | P, 4, OP_ALLOC2),
    [OP_ALLOC3] = LATER("alloc3", H | S | T | P | A, 6, OP_ALLOC2),
    [OP_TRIM] = LATER("trim", 0, 1, OP_LOWER),
};

_Static_assert(COUNT_OF(op_rows) == OP_KIND_COUNT, "every operation has its row");

/* Edges worth hitting; codes 0x4000.. give them with up to three bytes more or less. */
static const uint32_t edges[] = {16,    32,    48,    64,     128,  240,  256,  496,
                                 512,   1008,  1024,  1664,   2032, 2048, 3856, 3888,
                                 4032,  4048,  4064,  4080,   4096, 8176, 8192, 12288,
                                 16384, 32768, 65536, 131072, 3864, 3840, 4000, 4095};

enum { CLASS_SHIFT = 14, CLASS_MASK = (1 << CLASS_SHIFT) - 1 };

uint32_t program_size_of(uint16_t code)
{
    uint32_t low = code & CLASS_MASK;
    switch (code >> CLASS_SHIFT) {
    case 0: return 1 + (low & 1023);                                /* small, exact */
    case 1: return edges[low % COUNT_OF(edges)] + low / 32 % 7 - 3; /* an edge, give or take */
    case 2: return 1 + (low & 4095) * 4;                            /* up to four pages */
    default: return (16u << (low % 14)) + low / 14;                 /* all magnitudes to 256 KiB */
    }
}

bool program_size_code(uint32_t size, uint16_t *code)
{
    for (uint32_t candidate = 0; candidate <= UINT16_MAX; candidate++)
        if (program_size_of((uint16_t)candidate) == size) {
            *code = (uint16_t)candidate;
            return true;
        }
    return false;
}

bool op_allocates(enum op_kind kind)
{
    return kind <= OP_ALLOC_ZERO || kind == OP_ZERO_BYTES || kind == OP_LIST_ALLOC ||
           (kind >= OP_ALLOC_PRIORITY && kind <= OP_ALLOC3);
}

/* The first entry of `kind`, and through *count how many it has. */
static unsigned entries_of(enum op_kind kind, unsigned *count)
{
    unsigned at = 0;
    *count = op_rows[kind].weight;
    if (op_rows[kind].is_later) {
        at = entries_of(op_rows[kind].from, count) + *count;
        for (unsigned later = kind + 1; later-- > OP_ALLOC_PRIORITY;)
            if (op_rows[later].from == op_rows[kind].from)
                at -= op_rows[later].weight;
        *count = op_rows[kind].weight;
        return at;
    }
    for (unsigned before = 0; before < kind; before++)
        at += op_rows[before].is_later ? 0 : op_rows[before].weight;
    return at;
}

static enum op_kind kind_of(uint8_t byte)
{
    static uint8_t table[256];
    static bool is_built;
    unsigned sum = 0;
    for (unsigned kind = 0; !is_built && kind < OP_KIND_COUNT; kind++) {
        unsigned count;
        unsigned at = entries_of((enum op_kind)kind, &count);
        memset(table + at, (int)kind, count);
        sum += op_rows[kind].is_later ? 0 : count;
    }
    if (!is_built && sum != sizeof table)
        __builtin_trap(); /* the weights add up to 256 */
    is_built = true;
    return (enum op_kind)table[byte];
}

static uint8_t byte_of(enum op_kind kind)
{
    unsigned count;
    return (uint8_t)entries_of(kind, &count);
}

/* High levels end most programs' sport: three in four bytes stay at DISPATCH_LEVEL or below. */
static uint8_t irql_of(uint8_t byte)
{
    return byte < 192 ? (uint8_t)(byte % 3) : byte & 15;
}

static uint8_t irql_byte(uint8_t irql)
{
    return irql < 3 ? irql : (uint8_t)(192 | irql);
}

static void decode_op(struct op *op, const uint8_t *record)
{
    memset(op, 0, sizeof *op);
    op->kind = kind_of(record[0]);
    unsigned fields = op_rows[op->kind].fields;
    if ((fields & FIELD_HANDLE) != 0)
        op->handle = record[1] % PROGRAM_HANDLES;
    if ((fields & FIELD_SIZE) != 0)
        op->size = program_size_of((uint16_t)(record[2] | record[3] << 8));
    if ((fields & FIELD_TAG) != 0)
        op->tag = record[4] % PROGRAM_TAGS;
    if ((fields & FIELD_POOL) != 0)
        op->pool = record[5] % PROGRAM_POOL_COUNT;
    if ((fields & FIELD_IRQL) != 0)
        op->irql = irql_of(record[6]);
    if ((fields & FIELD_AUX) != 0)
        op->aux = record[7];
}

void program_decode(struct program *program, const uint8_t *bytes, size_t length)
{
    memset(program, 0, sizeof *program);
    if (length < PROGRAM_HEADER_BYTES)
        return;
    program->verify = bytes[1] % 3;
    program->reuse = bytes[2] % 2;
    program->backend = bytes[3] % 2;
    bytes += PROGRAM_HEADER_BYTES;
    length -= PROGRAM_HEADER_BYTES;
    for (; length >= PROGRAM_RECORD_BYTES && program->count < PROGRAM_OPS_MAX;
         length -= PROGRAM_RECORD_BYTES, bytes += PROGRAM_RECORD_BYTES)
        decode_op(&program->ops[program->count++], bytes);
}

size_t program_encode(const struct program *program, uint8_t *bytes)
{
    memset(bytes, 0, PROGRAM_HEADER_BYTES);
    bytes[0] = PROGRAM_VERSION;
    bytes[1] = program->verify;
    bytes[2] = program->reuse;
    bytes[3] = program->backend;
    uint8_t *record = bytes + PROGRAM_HEADER_BYTES;
    for (unsigned i = 0; i < program->count; i++, record += PROGRAM_RECORD_BYTES) {
        const struct op *op = &program->ops[i];
        uint16_t size = 0;
        if ((op_rows[op->kind].fields & FIELD_SIZE) != 0)
            program_size_code(op->size, &size);
        record[0] = byte_of(op->kind);
        record[1] = op->handle;
        record[2] = (uint8_t)(size & 0xff);
        record[3] = (uint8_t)(size >> 8);
        record[4] = op->tag;
        record[5] = op->pool;
        record[6] = irql_byte(op->irql);
        record[7] = op->aux;
    }
    return (size_t)(record - bytes);
}
