#include "fuzz/edit.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    STEPS_LOG2 = 4, /* of steps up to 16 */
    TRIES_MAX = 8,  /* for a child that differs from its parent */
    FRESH_EVERY = 4,
    SIZED_TRIES = 4,
    BURST_LEAST = 10,
    BURST_MOST = 60,
    RUN_MOST = 8,
    REPEATS_LOG2 = 6, /* of one record up to 64 */
    DELETE_MOST = 4,
    HEADER_CHOICES = 4, /* most bytes of the header count few choices */
};

/* Where a field stands in a record. */
static const struct field_row {
    enum op_field field;
    uint8_t at;
    uint8_t bytes;
} fields[] = {
    {FIELD_HANDLE, 1, 1}, {FIELD_SIZE, 2, 2}, {FIELD_TAG, 4, 1},
    {FIELD_POOL, 5, 1},   {FIELD_IRQL, 6, 1}, {FIELD_AUX, 7, 1},
};

static unsigned fields_of(const struct mutation *mutation, const uint8_t *record)
{
    return mutation->grammar->fields(record[0]);
}

/* Takes the fields of `mask` over, as far as both look at them. */
static void take_fields(const struct mutation *mutation, uint8_t *record, const uint8_t *other,
                        unsigned mask)
{
    mask &= fields_of(mutation, record) & fields_of(mutation, other);
    for (unsigned i = 0; i < COUNT_OF(fields); i++)
        if ((mask & fields[i].field) != 0)
            memmove(record + fields[i].at, other + fields[i].at, fields[i].bytes);
}

/* The same block again, or another one like it. */
static void relate(struct mutation *mutation, uint8_t *record, const uint8_t *other)
{
    static const unsigned masks[] = {
        FIELD_HANDLE,
        FIELD_HANDLE | FIELD_TAG | FIELD_POOL | FIELD_SIZE,
        FIELD_SIZE | FIELD_POOL,
        FIELD_SIZE | FIELD_POOL | FIELD_TAG,
    };
    take_fields(mutation, record, other, masks[edit_below(mutation, COUNT_OF(masks))]);
}

static void insert(struct mutation *mutation)
{
    edit_make_room(mutation, 1);
    if (edit_room(mutation) == 0)
        return;
    unsigned at = edit_any_gap(mutation);
    edit_open(mutation, at, 1);
    mutation->grammar->generate(edit_record(mutation, at), 1, edit_draw(mutation));
    if (at > 0 && edit_once_in(mutation, 2))
        relate(mutation, edit_record(mutation, at),
               edit_record(mutation, edit_below(mutation, at)));
}

/* A size near the one that was, or of another record, or any. */
static void change_size(struct mutation *mutation, uint8_t *record)
{
    static const int steps[] = {1, -1, 16, -16, 8, -8, 2, -2};
    unsigned code = record[2] | (unsigned)record[3] << 8;
    switch (edit_below(mutation, 4)) {
    case 0: code += (unsigned)steps[edit_below(mutation, COUNT_OF(steps))]; break;
    case 1: code = edit_below(mutation, 256); break; /* small */
    case 2: code = edit_below(mutation, UINT16_MAX + 1); break;
    default:
        take_fields(mutation, record, edit_record(mutation, edit_any_record(mutation)), FIELD_SIZE);
        return;
    }
    record[2] = (uint8_t)(code & 0xff);
    record[3] = (uint8_t)(code >> 8 & 0xff);
}

static void change_byte(struct mutation *mutation, uint8_t *byte)
{
    switch (edit_below(mutation, 4)) {
    case 0: *byte = (uint8_t)(*byte + 1); break;
    case 1: *byte = (uint8_t)edit_below(mutation, 8); break;
    case 2: *byte ^= (uint8_t)(1u << edit_below(mutation, 8)); break;
    default: *byte = (uint8_t)edit_below(mutation, 256); break;
    }
}

static void change_field(struct mutation *mutation, uint8_t *record, const struct field_row *row)
{
    if (row->field == FIELD_SIZE)
        change_size(mutation, record);
    else if (row->field == FIELD_HANDLE && edit_once_in(mutation, 2))
        take_fields(mutation, record, edit_record(mutation, edit_any_record(mutation)),
                    FIELD_HANDLE);
    else
        change_byte(mutation, record + row->at);
}

static void change_argument(struct mutation *mutation)
{
    if (edit_count(mutation) == 0)
        return;
    uint8_t *record = edit_record(mutation, edit_any_record(mutation));
    unsigned wanted = fields_of(mutation, record);
    unsigned which = edit_below(mutation, (unsigned)__builtin_popcount(wanted) + 1);
    if (which == 0) { /* another operation on the same */
        record[0] = (uint8_t)edit_below(mutation, 256);
        return;
    }
    for (unsigned i = 0; i < COUNT_OF(fields); i++)
        if ((wanted & fields[i].field) != 0 && --which == 0)
            change_field(mutation, record, &fields[i]);
}

/* A few tries for one with a size: those make blocks. */
static unsigned any_sized_record(struct mutation *mutation)
{
    unsigned at = edit_any_record(mutation);
    for (unsigned tries = 0; tries < SIZED_TRIES; tries++)
        if ((fields_of(mutation, edit_record(mutation, at)) & FIELD_SIZE) == 0)
            at = edit_any_record(mutation);
    return at;
}

static void shift_handles(uint8_t *records, unsigned count, unsigned by)
{
    for (unsigned i = 0; i < count; i++)
        records[(size_t)i * PROGRAM_RECORD_BYTES + 1] =
            (uint8_t)(records[(size_t)i * PROGRAM_RECORD_BYTES + 1] + by);
}

/* An allocation repeated on other handles fills a page or a list, a run of two or three wears
 * something down; on the same handles it does again what it did. */
static void repeat(struct mutation *mutation)
{
    uint8_t run[RUN_MOST * PROGRAM_RECORD_BYTES];
    if (edit_count(mutation) == 0)
        return;
    unsigned from =
        edit_once_in(mutation, 2) ? any_sized_record(mutation) : edit_any_record(mutation);
    unsigned most = edit_count(mutation) - from < RUN_MOST ? edit_count(mutation) - from : RUN_MOST;
    unsigned length = edit_once_in(mutation, 2) ? 1 : 1 + edit_below(mutation, most);
    unsigned times =
        1 + edit_below(mutation, 1u << edit_below(mutation, REPEATS_LOG2 + 1)) / length;
    unsigned by = edit_once_in(mutation, 3) ? 0 : 1 + edit_below(mutation, length);
    unsigned at = edit_once_in(mutation, 2) ? from + length : edit_any_gap(mutation);
    memcpy(run, edit_record(mutation, from), (size_t)length * PROGRAM_RECORD_BYTES);
    for (unsigned i = 0; i < times && edit_room(mutation) >= length; i++) {
        edit_open(mutation, at + i * length, length);
        shift_handles(run, length, by);
        memcpy(edit_record(mutation, at + i * length), run, (size_t)length * PROGRAM_RECORD_BYTES);
    }
}

static void move(struct mutation *mutation)
{
    uint8_t run[RUN_MOST * PROGRAM_RECORD_BYTES];
    if (edit_count(mutation) < 2)
        return;
    unsigned from = edit_any_record(mutation);
    if (edit_once_in(mutation, 2)) {
        uint8_t *other = edit_record(mutation, edit_any_record(mutation));
        memcpy(run, other, PROGRAM_RECORD_BYTES);
        memcpy(other, edit_record(mutation, from), PROGRAM_RECORD_BYTES);
        memcpy(edit_record(mutation, from), run, PROGRAM_RECORD_BYTES);
        return;
    }
    unsigned most = edit_count(mutation) - from < RUN_MOST ? edit_count(mutation) - from : RUN_MOST;
    unsigned length = 1 + edit_below(mutation, most);
    memcpy(run, edit_record(mutation, from), (size_t)length * PROGRAM_RECORD_BYTES);
    edit_remove(mutation, from, length);
    unsigned at = edit_any_gap(mutation);
    edit_open(mutation, at, length);
    memcpy(edit_record(mutation, at), run, (size_t)length * PROGRAM_RECORD_BYTES);
}

static void delete_some(struct mutation *mutation)
{
    if (edit_count(mutation) == 0)
        return;
    unsigned from = edit_any_record(mutation);
    unsigned count = 1 + edit_below(mutation, DELETE_MOST);
    unsigned most = edit_count(mutation) - from;
    edit_remove(mutation, from, count < most ? count : most);
}

static void burst(struct mutation *mutation)
{
    unsigned count = BURST_LEAST + edit_below(mutation, BURST_MOST - BURST_LEAST + 1);
    edit_make_room(mutation, count);
    if (count > edit_room(mutation))
        count = edit_room(mutation);
    if (count == 0)
        return;
    unsigned at = edit_any_gap(mutation);
    edit_open(mutation, at, count);
    mutation->grammar->generate(edit_record(mutation, at), count, edit_draw(mutation));
}

static void refresh(struct mutation *mutation)
{
    mutation->length = PROGRAM_HEADER_BYTES;
    unsigned most = edit_room(mutation);
    unsigned count =
        most < BURST_MOST ? most : BURST_LEAST + edit_below(mutation, most - BURST_LEAST);
    edit_open(mutation, 0, count);
    mutation->grammar->generate(edit_record(mutation, 0), count, edit_draw(mutation));
    uint64_t header = edit_draw(mutation);
    memcpy(mutation->bytes, &header, sizeof header);
}

static void change_header(struct mutation *mutation)
{
    uint8_t *byte = mutation->bytes + 1 + edit_below(mutation, PROGRAM_HEADER_BYTES - 1);
    *byte = (uint8_t)edit_below(mutation, edit_once_in(mutation, 4) ? 256 : HEADER_CHOICES);
}

static void change_bit(struct mutation *mutation)
{
    if (edit_count(mutation) != 0)
        edit_record(mutation,
                    edit_any_record(mutation))[edit_below(mutation, PROGRAM_RECORD_BYTES)] ^=
            (uint8_t)(1u << edit_below(mutation, 8));
}

const char *const mutation_names[] = {
    [MUTATION_INSERT] = "insert", [MUTATION_ARGUMENT] = "argument", [MUTATION_REPEAT] = "repeat",
    [MUTATION_MOVE] = "move",     [MUTATION_DELETE] = "delete",     [MUTATION_BURST] = "burst",
    [MUTATION_FRESH] = "fresh",   [MUTATION_HEADER] = "header",     [MUTATION_RAW] = "raw",
};
_Static_assert(COUNT_OF(mutation_names) == MUTATION_KIND_COUNT, "every mutation has its name");

static const struct {
    unsigned weight; /* in a hundred */
    void (*apply)(struct mutation *mutation);
} kinds[] = {
    [MUTATION_INSERT] = {28, insert},     [MUTATION_ARGUMENT] = {28, change_argument},
    [MUTATION_REPEAT] = {14, repeat},     [MUTATION_MOVE] = {10, move},
    [MUTATION_DELETE] = {6, delete_some}, [MUTATION_BURST] = {8, burst},
    [MUTATION_FRESH] = {0, refresh},      [MUTATION_HEADER] = {4, change_header},
    [MUTATION_RAW] = {2, change_bit},
};
_Static_assert(COUNT_OF(kinds) == MUTATION_KIND_COUNT, "every mutation has its row");

static void step(struct mutation *mutation)
{
    unsigned at = edit_below(mutation, 100);
    unsigned kind = 0;
    while (at >= kinds[kind].weight)
        at -= kinds[kind++].weight;
    kinds[kind].apply(mutation);
    mutation->kinds |= 1u << kind;
}

/* Any argument may turn out not to matter: then it is 0, and so are those nobody looks at. */
static void simplify(struct mutation *mutation)
{
    if (edit_count(mutation) == 0)
        return;
    uint8_t *record = edit_record(mutation, edit_any_record(mutation));
    unsigned wanted = fields_of(mutation, record);
    unsigned which = edit_below(mutation, COUNT_OF(fields));
    for (unsigned i = 0; i < COUNT_OF(fields); i++)
        if ((wanted & fields[i].field) == 0 || i == which)
            memset(record + fields[i].at, 0, fields[i].bytes);
}

/* At least as many records as `surplus` bytes take: the end, one run, or one here and one there. */
static void shrink(struct mutation *mutation, size_t surplus)
{
    unsigned count = (unsigned)((surplus + PROGRAM_RECORD_BYTES - 1) / PROGRAM_RECORD_BYTES);
    if (edit_once_in(mutation, 2))
        count += edit_below(mutation, edit_count(mutation) - count + 1) / 2;
    unsigned last = edit_count(mutation) - count;
    unsigned way = edit_below(mutation, 3);
    if (way < 2)
        edit_remove(mutation, way == 0 ? last : edit_below(mutation, last + 1), count);
    else
        for (unsigned i = 0; i < count; i++)
            edit_remove(mutation, edit_any_record(mutation), 1);
    mutation->kinds |= 1u << MUTATION_DELETE;
    if (edit_once_in(mutation, 4))
        simplify(mutation);
}

static void change(struct mutation *mutation)
{
    if (edit_count(mutation) == 0 ||
        edit_once_in(mutation,
                     FRESH_EVERY)) { /* few first programs say anything while they are short */
        refresh(mutation);
        mutation->kinds = 1u << MUTATION_FRESH;
        return;
    }
    for (unsigned steps = 1u << edit_below(mutation, STEPS_LOG2 + 1); steps > 0; steps--)
        step(mutation);
}

void mutate(struct mutation *mutation)
{
    uint8_t before[PROGRAM_BYTES_MAX];
    size_t capacity = mutation->capacity;
    mutation->kinds = 0;
    if (capacity > PROGRAM_BYTES_MAX)
        mutation->capacity = PROGRAM_BYTES_MAX;
    if (!edit_make_whole(mutation)) {
        mutation->length = mutation->length < capacity ? mutation->length : capacity;
    } else if (mutation->length > mutation->capacity) {
        shrink(mutation, mutation->length - mutation->capacity);
    } else {
        size_t length = mutation->length;
        memcpy(before, mutation->bytes, length);
        for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
            change(mutation);
            if (mutation->length != length || memcmp(before, mutation->bytes, length) != 0)
                break;
        }
    }
    mutation->capacity = capacity;
}
