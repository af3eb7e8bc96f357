#include "fuzz/kit/table.h"

#include "fuzz/kit/own_operations.h"

#include <string.h>

enum { NAME_MAX = 40, WIDE_LIMIT = 0xffff };

/* The linker's names of the section of rows. NOLINTBEGIN */
extern const struct kit_operation *const __start_expool_kit_rows[] __attribute__((weak));
extern const struct kit_operation *const __stop_expool_kit_rows[] __attribute__((weak));
extern const struct kit_codes kit_codes __attribute__((weak));
/* NOLINTEND */

static struct {
    const struct kit_operation *rows[KIT_OPERATIONS_MAX];
    unsigned count;
    uint8_t owner[KIT_OPERATION_BYTES]; /* index of a row */
} table;

const struct kit_codes *kit_table_codes(void)
{
    static const struct kit_codes none = {0, NULL, ""};
    return &kit_codes != NULL ? &kit_codes : &none;
}

size_t kit_code_name(unsigned at, const char **name)
{
    static const char between[] = ", \t\n";
    const char *text = kit_table_codes()->names;
    for (; at > 0; at--) {
        text += strcspn(text, between);
        text += strspn(text, between);
    }
    *name = text;
    return strcspn(text, between);
}

int kit_code_find(uint32_t code)
{
    const struct kit_codes *codes = kit_table_codes();
    for (unsigned i = 0; i < codes->count; i++)
        if (codes->codes[i] == code)
            return (int)i;
    return -1;
}

const char *kit_driver_name(void)
{
    return kit_driver.name != NULL ? kit_driver.name : "driver";
}

static uint32_t hash(const char *name, uint32_t state)
{
    for (; *name != 0; name++)
        state = (state ^ (unsigned char)*name) * 0x01000193u;
    state ^= state >> 15;
    state *= 0x2c1b3c6du;
    state ^= state >> 12;
    state *= 0x297a2d39u;
    return state ^ state >> 15;
}

static uint8_t winner(unsigned byte)
{
    uint32_t best = 0;
    uint8_t at = 0;
    for (unsigned i = 0; i < table.count; i++) {
        uint32_t rank = hash(table.rows[i]->name, 0x811c9dc5u + byte * 0x9e3779b9u);
        if (rank >= best) {
            best = rank;
            at = (uint8_t)i;
        }
    }
    return at;
}

static unsigned bytes_of(unsigned row)
{
    unsigned count = 0;
    for (unsigned i = 0; i < KIT_OPERATION_BYTES; i++)
        count += table.owner[i] == row;
    return count;
}

/* One that won nothing takes a byte of somebody who has another. */
static void give_one(unsigned row)
{
    unsigned at = hash(table.rows[row]->name, 0) % KIT_OPERATION_BYTES;
    while (bytes_of(table.owner[at]) < 2)
        at = (at + 1) % KIT_OPERATION_BYTES;
    table.owner[at] = (uint8_t)row;
}

/* In the order of names: the order in the section is the compiler's. */
static void add(const struct kit_operation *row)
{
    unsigned at = table.count++;
    for (; at > 0 && strcmp(table.rows[at - 1]->name, row->name) > 0; at--)
        table.rows[at] = table.rows[at - 1];
    table.rows[at] = row;
}

static const char *judge(const struct kit_operation *row)
{
    if (table.count == KIT_OPERATIONS_MAX)
        return "more than 96 operations";
    if (strlen(row->name) > NAME_MAX)
        return "an operation's name is longer than 40 letters";
    if (kit_table_find(row->name) != NULL)
        return "two operations have the same name (open, close, ioctl, read, write, pnp and elapse "
               "are the kit's: .is_without_own_ops = true leaves them out)";
    return NULL;
}

const char *kit_table_start(void)
{
    const char *wrong = NULL;
    table.count = 0;
    size_t rows = ((uintptr_t)__stop_expool_kit_rows - (uintptr_t)__start_expool_kit_rows) /
                  sizeof(uintptr_t);
    for (size_t i = 0; i < rows && wrong == NULL; i++) {
        wrong = judge(__start_expool_kit_rows[i]);
        if (wrong == NULL)
            add(__start_expool_kit_rows[i]);
    }
    unsigned count;
    const struct kit_operation *own = kit_own_operations(&count);
    for (unsigned i = 0; i < count && wrong == NULL; i++) {
        if (!kit_own_operation_is_wanted(&own[i]))
            continue;
        wrong = judge(&own[i]);
        if (wrong == NULL)
            add(&own[i]);
    }
    if (wrong == NULL && table.count == 0)
        wrong = "no operation: the target has no KIT_OP, and no .device for those of the kit";
    for (unsigned i = 0; i < KIT_OPERATION_BYTES && wrong == NULL; i++)
        table.owner[i] = winner(i);
    for (unsigned i = 0; i < table.count && wrong == NULL; i++)
        if (bytes_of(i) == 0)
            give_one(i);
    return wrong;
}

unsigned kit_table_count(void)
{
    return table.count;
}

const struct kit_operation *kit_table_row(unsigned at)
{
    return table.rows[at];
}

const struct kit_operation *kit_table_of_byte(uint8_t byte)
{
    return byte < KIT_OPERATION_BYTES ? table.rows[table.owner[byte]] : NULL;
}

uint8_t kit_table_byte(const struct kit_operation *operation)
{
    unsigned at = 0;
    while (at < KIT_OPERATION_BYTES - 1 && table.rows[table.owner[at]] != operation)
        at++;
    return (uint8_t)at;
}

const struct kit_operation *kit_table_find(const char *name)
{
    for (unsigned i = 0; i < table.count; i++)
        if (strcmp(table.rows[i]->name, name) == 0)
            return table.rows[i];
    return NULL;
}

unsigned kit_distance(const char *one, const char *other)
{
    unsigned row[NAME_MAX + 2];
    size_t columns = strlen(other) < NAME_MAX ? strlen(other) : NAME_MAX;
    for (unsigned i = 0; i <= columns; i++)
        row[i] = i;
    for (unsigned i = 1; one[i - 1] != 0; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned k = 1; k <= columns; k++) {
            unsigned change = corner + (one[i - 1] != other[k - 1]);
            unsigned best = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            corner = row[k];
            row[k] = change < best ? change : best;
        }
    }
    return row[columns];
}

const char *kit_table_nearest(const char *name)
{
    const char *best = table.rows[0]->name;
    for (unsigned i = 1; i < table.count; i++)
        if (kit_distance(name, table.rows[i]->name) < kit_distance(name, best))
            best = table.rows[i]->name;
    return best;
}

unsigned kit_argument_width(const struct kit_argument *argument)
{
    switch (argument->kind) {
    case KIT_KIND_U16: return 2;
    case KIT_KIND_U32: return 4;
    case KIT_KIND_U64: return 8;
    case KIT_KIND_SIZE: return argument->limit > WIDE_LIMIT ? 4 : 2;
    case KIT_KIND_BYTES: return 0;
    case KIT_KIND_HANDLE:
    case KIT_KIND_U8:
    case KIT_KIND_CHOICE:
    case KIT_KIND_IOCTL: return 1;
    }
    return 1;
}
