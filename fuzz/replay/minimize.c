#include "fuzz/replay/minimize.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

void minimizer_start(struct minimizer *minimizer, const char *key, minimize_judge *judge,
                     void *context)
{
    memset(minimizer, 0, sizeof *minimizer);
    minimizer->judge = judge;
    minimizer->context = context;
    minimizer->trials_max = MINIMIZE_TRIALS_MAX;
    memcpy(minimizer->key, key, strnlen(key, FAILURE_KEY_MAX - 1));
}

static uint64_t hash_of(const uint8_t *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ length;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash | 1; /* 0 is an empty place */
}

/* Puts an input among those judged; false: it was there. A full table forgets. */
static bool is_new(struct minimizer *minimizer, uint64_t hash)
{
    uint64_t *place = &minimizer->seen[(hash >> 32) % MINIMIZE_SEEN];
    if (*place == hash)
        return false;
    *place = hash;
    return true;
}

/* Only failures are taken, so an input seen before and still asked about was refused. */
static bool fails_as_wanted(struct minimizer *minimizer, const uint8_t *bytes, size_t length)
{
    char key[FAILURE_KEY_MAX] = "";
    if (!is_new(minimizer, hash_of(bytes, length))) {
        minimizer->answered++;
        return false;
    }
    if (minimizer->trials >= minimizer->trials_max)
        return false;
    minimizer->trials++;
    minimizer->judge(bytes, length, key, minimizer->context);
    return strcmp(key, minimizer->key) == 0;
}

static bool same_programs(const struct program *one, const struct program *other)
{
    static uint8_t bytes[2][PROGRAM_BYTES_MAX];
    size_t length = program_encode(one, bytes[0]);
    return length == program_encode(other, bytes[1]) && memcmp(bytes[0], bytes[1], length) == 0;
}

/* `candidate` takes the program's place when it fails as wanted. */
static bool take(struct minimizer *minimizer, struct program *program,
                 const struct program *candidate)
{
    static uint8_t bytes[PROGRAM_BYTES_MAX];
    if (same_programs(program, candidate))
        return false;
    size_t length = program_encode(candidate, bytes);
    if (!fails_as_wanted(minimizer, bytes, length))
        return false;
    program_decode(program, bytes, length);
    return true;
}

static struct program candidate;

static bool try_without(struct minimizer *minimizer, struct program *program, unsigned first,
                        unsigned count)
{
    candidate = *program;
    memmove(candidate.ops + first, candidate.ops + first + count,
            (program->count - first - count) * sizeof candidate.ops[0]);
    candidate.count -= count;
    return take(minimizer, program, &candidate);
}

/* What comes after the failing operation: half of the tail at a time. */
static void drop_tail(struct minimizer *minimizer, struct program *program)
{
    for (unsigned length = program->count; length > 0; length /= 2)
        while (program->count > length &&
               try_without(minimizer, program, program->count - length, length))
            ;
}

static void drop_handles(struct minimizer *minimizer, struct program *program)
{
    for (unsigned handle = 0; handle < PROGRAM_HANDLES; handle++) {
        candidate = *program;
        candidate.count = 0;
        for (unsigned i = 0; i < program->count; i++) {
            const struct op *op = &program->ops[i];
            if ((op_rows[op->kind].fields & FIELD_HANDLE) == 0 || op->handle != handle)
                candidate.ops[candidate.count++] = *op;
        }
        (void)take(minimizer, program, &candidate);
    }
}

static bool drop_runs(struct minimizer *minimizer, struct program *program)
{
    unsigned before = program->count;
    for (unsigned length = program->count / 2; length > 0; length /= 2)
        for (unsigned end = program->count; end >= length; end -= length)
            (void)try_without(minimizer, program, end - length, length);
    return program->count < before;
}

/* Two that belong together: what is allocated and freed, raised and lowered. */
static bool drop_pairs(struct minimizer *minimizer, struct program *program)
{
    unsigned before = program->count;
    for (unsigned last = program->count; last-- > 1;)
        for (unsigned first = last; first-- > 0 && last < program->count;) {
            if (program->ops[first].handle != program->ops[last].handle)
                continue;
            candidate = *program;
            memmove(candidate.ops + last, candidate.ops + last + 1,
                    (program->count - last - 1) * sizeof candidate.ops[0]);
            memmove(candidate.ops + first, candidate.ops + first + 1,
                    (program->count - first - 2) * sizeof candidate.ops[0]);
            candidate.count -= 2;
            (void)take(minimizer, program, &candidate);
        }
    return program->count < before;
}

/* Each byte of the header to its default, whatever it may mean. */
static void plain_header(struct minimizer *minimizer, struct program *program)
{
    static uint8_t bytes[PROGRAM_BYTES_MAX];
    for (unsigned i = 1; i < PROGRAM_HEADER_BYTES; i++) {
        size_t length = program_encode(program, bytes);
        bytes[i] = 0;
        program_decode(&candidate, bytes, length);
        (void)take(minimizer, program, &candidate);
    }
}

/* Another operation that may do as well. */
static void plain_kinds(struct minimizer *minimizer, struct program *program)
{
    static const struct {
        enum op_kind from;
        enum op_kind to;
    } plainer[] = {
        {OP_ALLOC_TAG, OP_ALLOC2},   {OP_ALLOC_ZERO, OP_ALLOC2}, {OP_ALLOC_PRIORITY, OP_ALLOC2},
        {OP_ALLOC_QUOTA, OP_ALLOC2}, {OP_ALLOC3, OP_ALLOC2},     {OP_LIST_ALLOC, OP_ALLOC2},
        {OP_FREE_TAG, OP_FREE},      {OP_FREE2, OP_FREE},        {OP_LIST_FREE, OP_FREE},
        {OP_ACQUIRE, OP_RAISE},      {OP_FREE_TWICE, OP_FREE},
    };
    for (unsigned i = 0; i < program->count; i++)
        for (size_t j = 0; j < COUNT_OF(plainer); j++) {
            if (program->ops[i].kind != plainer[j].from)
                continue;
            candidate = *program;
            candidate.ops[i].kind = plainer[j].to;
            if (plainer[j].to == OP_RAISE)
                candidate.ops[i].irql = 2;
            if (plainer[j].from == OP_LIST_ALLOC)
                candidate.ops[i].size = 16;
            (void)take(minimizer, program, &candidate);
        }
}

/* Handles in the order they come, as one change, or one by one where that is refused. */
static void plain_handles(struct minimizer *minimizer, struct program *program)
{
    uint8_t number[PROGRAM_HANDLES];
    uint8_t next = 0;
    memset(number, 0xff, sizeof number);
    candidate = *program;
    for (unsigned i = 0; i < candidate.count; i++) {
        struct op *op = &candidate.ops[i];
        if ((op_rows[op->kind].fields & FIELD_HANDLE) == 0)
            continue;
        if (number[op->handle] == 0xff)
            number[op->handle] = next++;
        op->handle = number[op->handle];
    }
    if (take(minimizer, program, &candidate))
        return;
    for (unsigned i = 0; i < program->count; i++)
        for (uint8_t handle = 0; handle < program->ops[i].handle; handle++) {
            candidate = *program;
            for (unsigned j = 0; j < program->count; j++)
                if (program->ops[j].handle == program->ops[i].handle)
                    candidate.ops[j].handle = handle;
            if (take(minimizer, program, &candidate))
                break;
        }
}

/* Writes `value` into a field; false: the operation has not this field. */
static bool set_field(struct op *op, unsigned field, uint32_t value)
{
    if ((op_rows[op->kind].fields & field) == 0)
        return false;
    switch (field) {
    case FIELD_SIZE: op->size = value; break;
    case FIELD_TAG: op->tag = (uint8_t)value; break;
    case FIELD_POOL: op->pool = (uint8_t)value; break;
    case FIELD_IRQL: op->irql = (uint8_t)value; break;
    case FIELD_AUX: op->aux = (uint8_t)value; break;
    default: return false;
    }
    return true;
}

static const struct {
    unsigned field;
    uint32_t value;
} plain_values[] = {
    {FIELD_TAG, 0},     {FIELD_POOL, 0},    {FIELD_AUX, 0},     {FIELD_AUX, 1},
    {FIELD_IRQL, 0},    {FIELD_IRQL, 2},    {FIELD_SIZE, 16},   {FIELD_SIZE, 32},
    {FIELD_SIZE, 64},   {FIELD_SIZE, 128},  {FIELD_SIZE, 256},  {FIELD_SIZE, 512},
    {FIELD_SIZE, 1024}, {FIELD_SIZE, 2048}, {FIELD_SIZE, 4096}, {FIELD_SIZE, 8192},
};

static uint32_t get_field(const struct op *op, unsigned field)
{
    switch (field) {
    case FIELD_SIZE: return op->size;
    case FIELD_TAG: return op->tag;
    case FIELD_POOL: return op->pool;
    case FIELD_IRQL: return op->irql;
    default: return op->aux;
    }
}

/* True when the operation already has this value of the field or a plainer one. */
static bool is_as_plain(const struct op *op, size_t row)
{
    for (size_t i = 0; i <= row; i++)
        if (plain_values[i].field == plain_values[row].field &&
            plain_values[i].value == get_field(op, plain_values[i].field))
            return true;
    return false;
}

static void plain_arguments(struct minimizer *minimizer, struct program *program)
{
    for (size_t row = 0; row < COUNT_OF(plain_values); row++) {
        candidate = *program;
        for (unsigned i = 0; i < program->count; i++)
            if (!is_as_plain(&candidate.ops[i], row))
                (void)set_field(&candidate.ops[i], plain_values[row].field,
                                plain_values[row].value);
        if (take(minimizer, program, &candidate))
            continue;
        for (unsigned i = 0; i < program->count; i++) {
            candidate = *program;
            if (!is_as_plain(&candidate.ops[i], row) &&
                set_field(&candidate.ops[i], plain_values[row].field, plain_values[row].value))
                (void)take(minimizer, program, &candidate);
        }
    }
}

void minimize_program(struct minimizer *minimizer, struct program *program)
{
    drop_tail(minimizer, program);
    drop_handles(minimizer, program);
    bool is_shorter = true;
    for (unsigned round = 0; is_shorter && minimizer->trials < minimizer->trials_max; round++) {
        while (drop_runs(minimizer, program))
            ;
        (void)drop_pairs(minimizer, program);
        unsigned before = program->count;
        if (round == 0)
            plain_header(minimizer, program);
        plain_kinds(minimizer, program);
        plain_handles(minimizer, program);
        plain_arguments(minimizer, program);
        /* Plainer operations may need fewer others. */
        (void)drop_runs(minimizer, program);
        is_shorter = round == 0 || program->count < before;
    }
}

size_t minimize_bytes(struct minimizer *minimizer, uint8_t *bytes, size_t length)
{
    static uint8_t other[1 << 20];
    if (length > sizeof other)
        return length;
    for (size_t piece = length; piece > 0; piece /= 2)
        for (size_t at = 0; at + piece <= length;) {
            memcpy(other, bytes, at);
            memcpy(other + at, bytes + at + piece, length - at - piece);
            if (!fails_as_wanted(minimizer, other, length - piece)) {
                at += piece;
                continue;
            }
            length -= piece;
            memcpy(bytes, other, length);
        }
    for (size_t i = 0; i < length; i++) {
        memcpy(other, bytes, length);
        other[i] = '0';
        if (bytes[i] != '0' && fails_as_wanted(minimizer, other, length))
            bytes[i] = '0';
    }
    return length;
}
