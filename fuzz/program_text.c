#include "fuzz/program_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const verify_words[] = {"end", "start", "exact"};
static const char *const reuse_words[] = {"recycle", "protect"};
static const char *const backend_words[] = {"classic", "segment"};
static const char *const limit_words[] = {"none", "roomy", "tight", "tiny"};
static const char *const special_words[] = {"all", "none", "tags", "sizes", "narrow", "wide"};
static const char *const pool_words[] = {"nx", "paged", "execute", "nx_aligned", "paged_aligned"};

_Static_assert(COUNT_OF(verify_words) == PROGRAM_VERIFY_COUNT, "every placement has its word");
_Static_assert(COUNT_OF(limit_words) == PROGRAM_LIMIT_COUNT, "every limit has its word");
_Static_assert(COUNT_OF(special_words) == PROGRAM_SPECIAL_COUNT, "every choice has its word");
_Static_assert(COUNT_OF(pool_words) == PROGRAM_POOL_COUNT, "every pool has its word");

/* Settings that are as ever are not printed. */
static size_t print_rare(const struct program *program, char *bytes, size_t capacity)
{
    size_t at = 0;
    bytes[0] = 0;
    if (program->limit != 0 && at < capacity)
        at +=
            (size_t)snprintf(bytes + at, capacity - at, "limit: %s\n", limit_words[program->limit]);
    if (program->failing != 0 && at < capacity)
        at += (size_t)snprintf(bytes + at, capacity - at, "failing: %u\n", program->failing);
    if (program->special != 0 && at < capacity)
        at += (size_t)snprintf(bytes + at, capacity - at, "special: %s\n",
                               special_words[program->special]);
    if (program->seed != 0 && at < capacity)
        at += (size_t)snprintf(bytes + at, capacity - at, "seed: %u\n", program->seed);
    return at;
}

size_t program_print_header(const struct program *program, char *bytes, size_t capacity)
{
    size_t at = (size_t)snprintf(bytes, capacity,
                                 "expool-program v%d\nverify: %s\nreuse: %s\nbackend: %s\n",
                                 PROGRAM_VERSION, verify_words[program->verify],
                                 reuse_words[program->reuse], backend_words[program->backend]);
    if (at < capacity)
        at += print_rare(program, bytes + at, capacity - at);
    return at < capacity ? at : capacity - 1;
}

size_t program_print_op(const struct op *op, char *bytes, size_t capacity)
{
    const struct op_row *row = &op_rows[op->kind];
    const struct {
        unsigned field;
        const char *name;
        unsigned value;
    } fields[] = {{FIELD_HANDLE, "h", op->handle},
                  {FIELD_SIZE, "size", op->size},
                  {FIELD_TAG, "tag", op->tag},
                  {FIELD_IRQL, "irql", op->irql},
                  {FIELD_AUX, "aux", op->aux}};
    size_t at = (size_t)snprintf(bytes, capacity, "%s", row->name);
    for (unsigned i = 0; i < COUNT_OF(fields) && at < capacity; i++)
        if ((row->fields & fields[i].field) != 0)
            at += (size_t)snprintf(bytes + at, capacity - at, " %s=%u", fields[i].name,
                                   fields[i].value);
    if ((row->fields & FIELD_POOL) != 0 && at < capacity)
        at += (size_t)snprintf(bytes + at, capacity - at, " pool=%s", pool_words[op->pool]);
    return at < capacity ? at : capacity - 1;
}

void program_print(const struct program *program, char *bytes, size_t capacity)
{
    size_t at = program_print_header(program, bytes, capacity);
    for (unsigned i = 0; i < program->count && at + 2 < capacity; i++) {
        at += program_print_op(&program->ops[i], bytes + at, capacity - at - 1);
        bytes[at++] = '\n';
        bytes[at] = 0;
    }
}

void expectation_print(const struct expectation *expected, char *bytes, size_t capacity)
{
    static const char *const words[] = {"SKIP", "SUCCESS", "NULL"};
    if (expected->outcome == OUTCOME_RAISE)
        snprintf(bytes, capacity, "RAISE 0x%X", expected->code);
    else if (expected->outcome != OUTCOME_BUGCHECK)
        snprintf(bytes, capacity, "%s", words[expected->outcome]);
    else
        snprintf(bytes, capacity, "BUGCHECK 0x%X/0x%X", expected->code, expected->subcode);
}

/* A line being read. */
struct reader {
    struct program_text *text;
    const char *at;
    const char *end; /* of the line, comment excluded */
    unsigned line;
};

static bool complain(struct reader *reader, const char *what, const char *word, size_t length,
                     const char *nearest)
{
    snprintf(reader->text->error, TEXT_ERROR_MAX, "line %u: %s '%.*s'%s%s%s", reader->line, what,
             (int)(length < 40 ? length : 40), word, nearest != NULL ? "; the nearest is '" : "",
             nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
    return false;
}

/* How many letters two words share at both ends: enough to name what was meant. */
static size_t likeness(const char *word, size_t length, const char *candidate)
{
    size_t other = strlen(candidate);
    size_t front = 0;
    size_t back = 0;
    while (front < length && front < other && word[front] == candidate[front])
        front++;
    while (back < length - front && back < other - front &&
           word[length - 1 - back] == candidate[other - 1 - back])
        back++;
    return 2 * (front + back) + 64 - (length > other ? length - other : other - length) % 64;
}

static size_t find_word(const char *const *words, size_t count, const char *word, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return i;
    return count;
}

static const char *nearest_word(const char *const *words, size_t count, const char *word,
                                size_t length)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (likeness(word, length, words[i]) > likeness(word, length, words[best]))
            best = i;
    return words[best];
}

static size_t next_word(struct reader *reader, const char **word)
{
    while (reader->at < reader->end && isspace((unsigned char)*reader->at))
        reader->at++;
    *word = reader->at;
    while (reader->at < reader->end && !isspace((unsigned char)*reader->at))
        reader->at++;
    return (size_t)(reader->at - *word);
}

static bool read_choice(struct reader *reader, const char *const *words, size_t count, uint8_t *to)
{
    const char *word;
    size_t length = next_word(reader, &word);
    size_t index = find_word(words, count, word, length);
    if (index == count)
        return complain(reader, "no such word", word, length,
                        nearest_word(words, count, word, length));
    *to = (uint8_t)index;
    return true;
}

static bool read_number(struct reader *reader, const char *digits, size_t length, uint32_t limit,
                        uint32_t *to)
{
    char copy[16];
    char *end = NULL;
    if (length == 0 || length >= sizeof copy || !isdigit((unsigned char)digits[0]))
        return complain(reader, "not a number:", digits, length, NULL);
    memcpy(copy, digits, length);
    copy[length] = 0;
    unsigned long value = strtoul(copy, &end, 0);
    if (*end != 0 || value > limit)
        return complain(reader, "a number out of range:", digits, length, NULL);
    *to = (uint32_t)value;
    return true;
}

static bool read_field(struct reader *reader, struct op *op, const char *word, size_t length)
{
    static const char *const names[] = {"h", "size", "tag", "irql", "aux", "pool"};
    static const unsigned fields[] = {FIELD_HANDLE, FIELD_SIZE, FIELD_TAG,
                                      FIELD_IRQL,   FIELD_AUX,  FIELD_POOL};
    static const uint32_t limits[] = {PROGRAM_HANDLES - 1, 1u << 20, PROGRAM_TAGS - 1, 15, 255, 0};
    const char *equals = memchr(word, '=', length);
    size_t key = equals != NULL ? (size_t)(equals - word) : length;
    size_t index = find_word(names, COUNT_OF(names), word, key);
    uint32_t value = 0;
    if (equals == NULL || index == COUNT_OF(names) ||
        (op_rows[op->kind].fields & fields[index]) == 0)
        return complain(reader, "this operation has no", word, length, NULL);
    if (fields[index] == FIELD_POOL) {
        struct reader inner = *reader;
        inner.at = equals + 1;
        inner.end = word + length;
        return read_choice(&inner, pool_words, COUNT_OF(pool_words), &op->pool);
    }
    if (!read_number(reader, equals + 1, length - key - 1, limits[index], &value))
        return false;
    uint16_t code;
    if (fields[index] == FIELD_SIZE && !program_size_code(value, &code))
        return complain(reader, "a size the format cannot hold:", equals + 1, length - key - 1,
                        NULL);
    uint8_t *const bytes[] = {&op->handle, NULL, &op->tag, &op->irql, &op->aux};
    if (fields[index] == FIELD_SIZE)
        op->size = value;
    else
        *bytes[index] = (uint8_t)value;
    return true;
}

static bool read_op(struct reader *reader, const char *word, size_t length)
{
    const char *names[OP_KIND_COUNT];
    struct program *program = &reader->text->program;
    for (unsigned i = 0; i < OP_KIND_COUNT; i++)
        names[i] = op_rows[i].name;
    size_t kind = find_word(names, OP_KIND_COUNT, word, length);
    if (kind == OP_KIND_COUNT)
        return complain(reader, "no operation", word, length,
                        nearest_word(names, OP_KIND_COUNT, word, length));
    if (program->count == PROGRAM_OPS_MAX)
        return complain(reader, "more than 256 operations at", word, length, NULL);
    struct op *op = &program->ops[program->count++];
    *op = (struct op){.kind = (enum op_kind)kind,
                      .size = (op_rows[kind].fields & FIELD_SIZE) != 0 ? 1 : 0};
    for (;;) {
        const char *field;
        size_t field_length = next_word(reader, &field);
        if (field_length == 0)
            return true;
        if (!read_field(reader, op, field, field_length))
            return false;
    }
}

static void take_expectation(struct reader *reader, const char *comment, const char *end)
{
    static const char key[] = "expect:";
    const char *at = comment;
    while (at < end && isspace((unsigned char)*at))
        at++;
    if ((size_t)(end - at) < sizeof key - 1 || memcmp(at, key, sizeof key - 1) != 0 ||
        reader->text->program.count == 0)
        return;
    at += sizeof key - 1;
    while (at < end && isspace((unsigned char)*at))
        at++;
    while (end > at && isspace((unsigned char)end[-1]))
        end--;
    snprintf(reader->text->expect[reader->text->program.count - 1], TEXT_EXPECT_MAX, "%.*s",
             (int)(end - at), at);
}

static bool read_setting(struct reader *reader, uint32_t limit, uint8_t *to)
{
    const char *word;
    uint32_t value = 0;
    size_t length = next_word(reader, &word);
    if (!read_number(reader, word, length, limit, &value))
        return false;
    *to = (uint8_t)value;
    return true;
}

static bool read_line(struct reader *reader)
{
    static const char *const keys[] = {
        "target:", "verify:", "reuse:", "backend:", "limit:", "failing:", "special:", "seed:"};
    const char *word;
    size_t length = next_word(reader, &word);
    struct program *program = &reader->text->program;
    if (length == 0)
        return true;
    switch (find_word(keys, COUNT_OF(keys), word, length)) {
    case 0:
        length = next_word(reader, &word);
        snprintf(reader->text->target, TEXT_TARGET_MAX, "%.*s", (int)length, word);
        return true;
    case 1: return read_choice(reader, verify_words, COUNT_OF(verify_words), &program->verify);
    case 2: return read_choice(reader, reuse_words, COUNT_OF(reuse_words), &program->reuse);
    case 3: return read_choice(reader, backend_words, COUNT_OF(backend_words), &program->backend);
    case 4: return read_choice(reader, limit_words, COUNT_OF(limit_words), &program->limit);
    case 5: return read_setting(reader, PROGRAM_FAILING_COUNT - 1, &program->failing);
    case 6: return read_choice(reader, special_words, COUNT_OF(special_words), &program->special);
    case 7: return read_setting(reader, PROGRAM_SEEDS - 1, &program->seed);
    default: return read_op(reader, word, length);
    }
}

bool program_parse(struct program_text *text, const char *bytes, size_t length)
{
    static const char magic[] = "expool-program v1";
    struct reader reader = {.text = text};
    const char *end = bytes + length;
    memset(text, 0, sizeof *text);
    for (const char *line = bytes; line < end; reader.line++) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next != NULL ? next : end;
        const char *comment = memchr(line, '#', (size_t)(next - line));
        reader.at = line;
        reader.end = comment != NULL ? comment : next;
        if (reader.line == 0) {
            reader.line = 1;
            if ((size_t)(reader.end - line) < sizeof magic - 1 ||
                memcmp(line, magic, sizeof magic - 1) != 0)
                return complain(&reader, "a program begins with 'expool-program v1', not with",
                                line, (size_t)(reader.end - line), NULL);
            line = next + 1;
            continue;
        }
        if (!read_line(&reader))
            return false;
        if (comment != NULL)
            take_expectation(&reader, comment + 1, next);
        line = next + 1;
    }
    return reader.line > 0 || complain(&reader, "an empty file is no program", "", 0, NULL);
}
