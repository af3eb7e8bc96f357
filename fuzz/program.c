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
    [OP_FREE_TWICE] = ROW("free_twice", H | A, 4),
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
    [OP_ALLOC_FORM] = LATER("alloc_form", H | S | T | P | A, 8, OP_ALLOC_TAG),
    [OP_FREE_FORM] = LATER("free_form", H | A, 3, OP_FREE),
    [OP_BAD_CALL] = LATER("bad_call", S | P | A, 3, OP_ALLOC_TAG),
    [OP_ATTACH] = LATER("attach", H, 2, OP_LOWER),
    [OP_CHARGE] = LATER("charge", H | S | P | A, 1, OP_LOWER),
    [OP_QUERY] = LATER("query", H | A, 2, OP_CHECK),
    [OP_AUDIT] = LATER("audit", 0, 1, OP_CHECK),
    [OP_LIST_INIT_FORM] = LATER("list_init_form", H | T | P | A, 2, OP_LIST_INIT),
    [OP_LIST_FLUSH] = LATER("list_flush", H, 1, OP_LIST_FREE),
    [OP_SLIST] = LATER("slist", H | A, 2, OP_FREE),
    [OP_CHURN] = LATER("churn", S | T | P | A, 1, OP_FREE),
    [OP_RULES] = LATER("rules", A, 1, OP_CHECK),
    [OP_RESET] = LATER("reset", 0, 1, OP_FREE_TAG),
    [OP_PAGE_OUT] = LATER("page_out", A, 1, OP_FREE_TAG),
    [OP_PROBE_HEADER] = LATER("probe_header", H | A, 1, OP_FREE_TAG),
    [OP_CROWD] = LATER("crowd", H | S | T | P | A, 1, OP_FREE),
    [OP_LIST_CROWD] = LATER("list_crowd", H | A, 1, OP_LIST_FREE),
    [OP_TOUCH] = LATER("touch", H | A, 2, OP_ALLOC_TAG),
    [OP_FORCE_IRQL] = LATER("force_irql", A, 1, OP_FREE2),
    [OP_SCENE] = LATER("scene", H | S | T | P | A, 2, OP_ALLOC2),
    [OP_ALLOC_MORE] = LATER("alloc_more", H | S | T | P | A, 4, OP_ALLOC2),
    [OP_BAD_MORE] = LATER("bad_more", H | S | T | P | A, 2, OP_ALLOC2),
    [OP_SCENE_MORE] = LATER("scene_more", H | S | T | P | A, 2, OP_ALLOC2),
    [OP_LIST_INIT_OWN] = LATER("list_init_own", H | T | P | A, 2, OP_LIST_ALLOC),
};

_Static_assert(COUNT_OF(op_rows) == OP_KIND_COUNT, "every operation has its row");

/* Edges worth hitting; codes 0x4000.. give them with up to three bytes more or less. */
static const uint32_t edges[] = {16,    32,    48,    64,     128,  240,  256,  496,
                                 512,   1008,  1024,  1664,   2032, 2048, 3856, 3888,
                                 4032,  4048,  4064,  4080,   4096, 8176, 8192, 12288,
                                 16384, 32768, 65536, 131072, 3864, 3840, 4000, 4095};

enum { CLASS_SHIFT = 14, CLASS_MASK = (1 << CLASS_SHIFT) - 1, SMALL_MAX = 1024 };

uint32_t program_size_of(uint16_t code)
{
    uint32_t low = code & CLASS_MASK;
    switch (code >> CLASS_SHIFT) {
    case 0: return 1 + (low & (SMALL_MAX - 1));                     /* small, exact */
    case 1: return edges[low % COUNT_OF(edges)] + low / 32 % 7 - 3; /* an edge, give or take */
    case 2: return 1 + (low & 4095) * 4;                            /* up to four pages */
    default: return (16u << (low % 14)) + low / 14;                 /* all magnitudes to 256 KiB */
    }
}

static uint16_t code_of(unsigned class, uint32_t low)
{
    return (uint16_t)(class << CLASS_SHIFT | low);
}

/* The least code of the last class: its magnitudes overlap. */
static bool magnitude_code(uint32_t size, uint16_t *code)
{
    uint32_t least = CLASS_MASK + 1;
    for (uint32_t shift = 0; shift < 14 && 16u << shift <= size; shift++) {
        uint32_t beyond = size - (16u << shift);
        if (beyond <= CLASS_MASK / 14 && beyond * 14 + shift < least)
            least = beyond * 14 + shift;
    }
    *code = code_of(3, least & CLASS_MASK);
    return least <= CLASS_MASK;
}

bool program_size_code(uint32_t size, uint16_t *code)
{
    if (size >= 1 && size <= SMALL_MAX) { /* the first class gives each of them */
        *code = (uint16_t)(size - 1);
        return true;
    }
    for (uint32_t low = 0; low < COUNT_OF(edges) * 7; low++)
        if (program_size_of(code_of(1, low)) == size) {
            *code = code_of(1, low);
            return true;
        }
    if (size % 4 == 1 && size / 4 < 4096) {
        *code = code_of(2, size / 4);
        return true;
    }
    return magnitude_code(size, code);
}

bool op_allocates(enum op_kind kind)
{
    return kind <= OP_ALLOC_ZERO || kind == OP_ZERO_BYTES || kind == OP_LIST_ALLOC ||
           (kind >= OP_ALLOC_PRIORITY && kind <= OP_ALLOC3) || kind == OP_ALLOC_FORM ||
           kind == OP_ALLOC_MORE;
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

enum op_kind op_kind_of(uint8_t byte)
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
    op->kind = op_kind_of(record[0]);
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

/* Half of all bytes mean 0, so that programs drawn at random run mostly as usual. */
static uint8_t seldom(uint8_t byte, unsigned count)
{
    return (uint8_t)(byte < 128 ? byte % count : 0);
}

void program_decode(struct program *program, const uint8_t *bytes, size_t length)
{
    memset(program, 0, sizeof *program);
    if (length < PROGRAM_HEADER_BYTES)
        return;
    program->verify = bytes[1] % PROGRAM_VERIFY_COUNT;
    program->reuse = bytes[2] % 2;
    program->backend = bytes[3] % 2;
    program->limit = seldom(bytes[4], PROGRAM_LIMIT_COUNT);
    program->failing = seldom(bytes[5], PROGRAM_FAILING_COUNT);
    program->special = seldom(bytes[6], PROGRAM_SPECIAL_COUNT);
    program->seed = bytes[7] % PROGRAM_SEEDS;
    bytes += PROGRAM_HEADER_BYTES;
    length -= PROGRAM_HEADER_BYTES;
    for (; length >= PROGRAM_RECORD_BYTES && program->count < PROGRAM_OPS_MAX;
         length -= PROGRAM_RECORD_BYTES, bytes += PROGRAM_RECORD_BYTES)
        decode_op(&program->ops[program->count++], bytes);
}

const struct program *program_usual(const struct program *program)
{
    static struct program usual;
    usual = *program;
    usual.limit = PROGRAM_LIMIT_NONE;
    usual.failing = 0;
    usual.special = PROGRAM_SPECIAL_ALL;
    usual.seed = 0;
    return &usual;
}

size_t program_encode(const struct program *program, uint8_t *bytes)
{
    memset(bytes, 0, PROGRAM_HEADER_BYTES);
    bytes[0] = PROGRAM_VERSION;
    bytes[1] = program->verify;
    bytes[2] = program->reuse;
    bytes[3] = program->backend;
    bytes[4] = program->limit;
    bytes[5] = program->failing;
    bytes[6] = program->special;
    bytes[7] = program->seed;
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
