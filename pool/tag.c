#include "pool/tag.h"

#include "expool/statistics.h"
#include "pool/lock.h"
#include "pool/mode.h"
#include "pool/os.h"
#include "pool/request.h"

#include <stdbool.h>
#include <string.h>

enum { ROWS_FIRST = 1 << 10, HASH_FACTOR = 40543, ROW_OVERFLOW = 0 };

struct counters {
    uint64_t allocations;
    uint64_t frees;
    uint64_t bytes;
    uint64_t noted_bytes; /* with what the slots have let know */
    uint64_t peak_bytes;
};

struct row {
    uint32_t tag;
    struct counters pool[EXPOOL_CLASS_COUNT];
};

/* Row 0 counts, together, tags for which no memory was to be had. */
static struct {
    struct lock lock;
    struct row *rows;
    uint32_t *index; /* open addressing by tag, twice as long as rows; 0: nothing here */
    uint32_t count;  /* rows in use, the first included */
    uint32_t room;
    struct tag_table *tables;
    struct counters totals[EXPOOL_CLASS_COUNT];
    struct row overflow;
    bool has_overflow;
} tags = {.lock = LOCK_INITIALIZER, .rows = &tags.overflow, .count = 1, .room = 1};

static _Thread_local struct tag_table *own_tables[POOL_KIND_COUNT] TLS_FAST;

static int class_of(enum pool_kind kind)
{
    return pool_is_paged(kind) ? EXPOOL_CLASS_PAGED : EXPOOL_CLASS_NONPAGED;
}

/* Where the tag's row is noted in the index, or would be. */
WRAPS_ROUND static uint32_t *index_of(uint32_t tag)
{
    uint32_t mask = 2 * tags.room - 1;
    uint32_t at = (tag * HASH_FACTOR) >> 7 & mask;
    while (tags.index[at] != 0 && tags.rows[tags.index[at]].tag != tag)
        at = (at + 1) & mask;
    return &tags.index[at];
}

/* Twice the room; false when there is no memory. */
static bool grow_locked(void)
{
    uint32_t room = tags.index == NULL ? ROWS_FIRST : tags.room * 2;
    struct row *rows = os_table(room * sizeof *rows);
    uint32_t *index = os_table(room * sizeof *index * 2);
    if (rows == NULL || index == NULL) {
        if (rows != NULL)
            os_release(rows, room * sizeof *rows);
        if (index != NULL)
            os_release(index, room * sizeof *index * 2);
        return false;
    }
    memcpy(rows, tags.rows, tags.count * sizeof *rows);
    if (tags.index != NULL) {
        os_release(tags.rows, tags.room * sizeof *rows);
        os_release(tags.index, tags.room * sizeof *index * 2);
    }
    tags.rows = rows;
    tags.index = index;
    tags.room = room;
    for (uint32_t i = 1; i < tags.count; i++)
        *index_of(rows[i].tag) = i;
    return true;
}

/* The row of `tag`, made if need be. */
static uint32_t row_locked(uint32_t tag)
{
    static const char message[] = "expool: no memory to count more tags; they are counted as one\n";
    uint32_t *index = tags.index == NULL ? NULL : index_of(tag);
    if (index != NULL && *index != 0)
        return *index;
    if (tags.index == NULL || tags.count == tags.room) {
        if (!grow_locked()) {
            if (!tags.has_overflow)
                os_write(2, message, sizeof message - 1);
            tags.has_overflow = true;
            return ROW_OVERFLOW;
        }
        index = index_of(tag);
    }
    *index = tags.count; /* NOLINT(clang-analyzer-core.NullDereference): grown, it has one */
    tags.rows[tags.count].tag = tag;
    return tags.count++;
}

static void note(struct counters *counters, uint64_t change)
{
    counters->noted_bytes += change;
    if ((int64_t)counters->noted_bytes > (int64_t)counters->peak_bytes)
        counters->peak_bytes = counters->noted_bytes;
}

static uint64_t counted(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void note_high(struct counters *counters, uint64_t above)
{
    uint64_t high = counters->noted_bytes + above;
    if ((int64_t)high > (int64_t)counters->peak_bytes)
        counters->peak_bytes = high;
}

/* The row learns of the slot's bytes, and of how many there have been since it last did. */
static void note_locked(struct tag_table *table, const struct tag_slot *slot)
{
    size_t at = (size_t)(slot - table->slots);
    int pool_class = class_of(table->kind);
    uint64_t bytes = counted(&slot->bytes);
    uint64_t noted = table->noted[at];
    uint64_t above = counted(&table->high[at]) - noted;
    struct counters *both[2] = {&tags.rows[slot->row].pool[pool_class], &tags.totals[pool_class]};
    for (unsigned i = 0; i < COUNT_OF(both); i++) {
        if ((int64_t)above > 0)
            note_high(both[i], above);
        note(both[i], bytes - noted);
    }
    __atomic_store_n(&table->noted[at], bytes, __ATOMIC_RELAXED);
    __atomic_store_n(&table->high[at], bytes, __ATOMIC_RELAXED);
}

static void add_slot(struct counters *counters, const struct tag_slot *slot)
{
    counters->allocations += counted(&slot->allocations);
    counters->frees += counted(&slot->frees);
    counters->bytes += counted(&slot->bytes);
}

/* What the slot has counted goes to its row; it is nobody's then. */
static void fold_locked(struct tag_table *table, struct tag_slot *slot)
{
    size_t at = (size_t)(slot - table->slots);
    int pool_class = class_of(table->kind);
    if (slot->tag == 0)
        return;
    note_locked(table, slot);
    add_slot(&tags.rows[slot->row].pool[pool_class], slot);
    add_slot(&tags.totals[pool_class], slot);
    *slot = (struct tag_slot){0};
    table->noted[at] = 0;
    table->high[at] = 0;
    table->are_taken[at / BITS_A_WORD] &= ~bits_of(at);
}

void tag_table_join(struct tag_table *table, enum pool_kind kind)
{
    table->kind = kind;
    lock_take(&tags.lock);
    table->next = tags.tables;
    tags.tables = table;
    lock_drop(&tags.lock);
    own_tables[kind] = table;
}

void tag_table_leave(struct tag_table *table)
{
    own_tables[table->kind] = NULL;
    lock_take(&tags.lock);
    for (unsigned i = 0; i < TAG_SLOTS; i++)
        fold_locked(table, &table->slots[i]);
    struct tag_table **link = &tags.tables;
    while (*link != table)
        link = &(*link)->next;
    *link = table->next;
    lock_drop(&tags.lock);
}

void tag_restart(void)
{
    lock_take(&tags.lock);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++) {
        struct tag_table *table = own_tables[kind];
        if (table == NULL)
            continue;
        for (unsigned i = 0; (i = bits_next(table->are_taken, i, TAG_SLOTS)) < TAG_SLOTS; i++)
            fold_locked(table, &table->slots[i]);
    }
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        for (uint32_t row = 0; row < tags.count; row++)
            tags.rows[row].pool[i].peak_bytes = tags.rows[row].pool[i].noted_bytes;
        tags.totals[i].peak_bytes = tags.totals[i].noted_bytes;
    }
    lock_drop(&tags.lock);
}

struct tag_slot *tag_slot(struct tag_table *table, uint32_t tag)
{
    struct tag_slot *slot = &table->slots[tag_hash(tag)];
    if (LIKELY(slot->tag == tag))
        return slot;
    lock_take(&tags.lock);
    fold_locked(table, slot);
    slot->row = row_locked(tag_without_protection(tag));
    unsigned at = tag_hash(tag);
    table->are_taken[at / BITS_A_WORD] |= bits_of(at);
    __atomic_store_n(&slot->tag, tag, __ATOMIC_RELAXED);
    lock_drop(&tags.lock);
    return slot;
}

void tag_note(struct tag_table *table, const struct tag_slot *slot)
{
    const uint64_t *noted = &table->noted[slot - table->slots];
    int64_t change = (int64_t)(slot->bytes - counted(noted));
    if (change <= 0 && change > -TAG_NOTE_BYTES)
        return;
    lock_take(&tags.lock);
    note_locked(table, slot);
    lock_drop(&tags.lock);
}

/* Whole pages come and go with every block under the verifier: the row hears of many at once. */
static void note_charged(struct tag_table *table, const struct tag_slot *slot)
{
    size_t at = (size_t)(slot - table->slots);
    int64_t change = (int64_t)(slot->bytes - counted(&table->noted[at]));
    if ((int64_t)(slot->bytes - counted(&table->high[at])) > 0)
        __atomic_store_n(&table->high[at], slot->bytes, __ATOMIC_RELAXED);
    if (UNLIKELY(change >= TAG_NOTE_CHARGED_BYTES || change <= -TAG_NOTE_CHARGED_BYTES))
        tag_note(table, slot);
}

/* Without a table: a thread at its end, or one for which there was no memory. */
static void count_in_row(uint32_t tag, int pool_class, bool is_charge, uint64_t bytes)
{
    lock_take(&tags.lock);
    uint32_t row = row_locked(tag_without_protection(tag));
    struct counters *both[2] = {&tags.rows[row].pool[pool_class], &tags.totals[pool_class]};
    for (unsigned i = 0; i < COUNT_OF(both); i++) {
        both[i]->allocations += is_charge;
        both[i]->frees += !is_charge;
        both[i]->bytes += is_charge ? bytes : -bytes;
        note(both[i], is_charge ? bytes : -bytes);
    }
    lock_drop(&tags.lock);
}

/* The quick paths of tag_stats=off do not count; nor may the long ones, or sums go below zero. */
static bool is_counted(void)
{
    return (mode_now() & MODE_UNCOUNTED) == 0;
}

void tag_charge(uint32_t tag, enum pool_kind kind, size_t charged_bytes)
{
    if (!is_counted())
        return;
    struct tag_table *table = own_tables[kind];
    if (table == NULL) {
        count_in_row(tag, class_of(kind), true, charged_bytes);
        return;
    }
    struct tag_slot *slot = tag_slot(table, tag);
    TAG_COUNT(slot->allocations, 1);
    TAG_COUNT(slot->bytes, charged_bytes);
    note_charged(table, slot);
}

void tag_refund(uint32_t tag, enum pool_kind kind, size_t charged_bytes)
{
    if (!is_counted())
        return;
    struct tag_table *table = own_tables[kind];
    if (table == NULL) {
        count_in_row(tag, class_of(kind), false, charged_bytes);
        return;
    }
    struct tag_slot *slot = tag_slot(table, tag);
    TAG_COUNT(slot->frees, 1);
    TAG_COUNT_DOWN(slot->bytes, charged_bytes);
    note_charged(table, slot);
}

/* Rows learn what every slot has by now, so that their peaks are up to date. */
static void note_all_locked(void)
{
    for (struct tag_table *table = tags.tables; table != NULL; table = table->next)
        for (unsigned i = 0; (i = bits_next(table->are_taken, i, TAG_SLOTS)) < TAG_SLOTS; i++) {
            uint64_t bytes = counted(&table->slots[i].bytes);
            if (bytes != table->noted[i] || bytes != counted(&table->high[i]))
                note_locked(table, &table->slots[i]);
        }
}

static void put(struct expool_tag_statistics *statistics, int pool_class,
                const struct counters *counters)
{
    statistics->pool[pool_class].allocations += counters->allocations;
    statistics->pool[pool_class].frees += counters->frees;
    statistics->pool[pool_class].bytes += counters->bytes;
    statistics->pool[pool_class].peak_bytes += counters->peak_bytes;
}

/* A tag given with its protection bit has a slot of its own. */
static void read_row_locked(const struct row *row, struct expool_tag_statistics *statistics)
{
    const uint32_t spellings[2] = {row->tag, row->tag | PROTECTED_POOL_BIT};
    *statistics = (struct expool_tag_statistics){.tag = row->tag};
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++)
        put(statistics, i, &row->pool[i]);
    for (const struct tag_table *table = tags.tables; table != NULL; table = table->next)
        for (unsigned i = 0; i < COUNT_OF(spellings); i++) {
            const struct tag_slot *slot = &table->slots[tag_hash(spellings[i])];
            struct counters counters = {0};
            if (slot->tag != spellings[i])
                continue;
            add_slot(&counters, slot);
            put(statistics, class_of(table->kind), &counters);
        }
}

void tag_read(uint32_t tag, struct expool_tag_statistics *statistics)
{
    *statistics = (struct expool_tag_statistics){.tag = tag_without_protection(tag)};
    lock_take(&tags.lock);
    uint32_t row = tags.index == NULL ? 0 : *index_of(statistics->tag);
    if (row != 0) {
        note_all_locked();
        read_row_locked(&tags.rows[row], statistics);
    }
    lock_drop(&tags.lock);
}

size_t tag_list(struct expool_tag_statistics *list, size_t capacity)
{
    lock_take(&tags.lock);
    uint32_t first = tags.has_overflow ? ROW_OVERFLOW : 1;
    size_t count = tags.count - first;
    note_all_locked();
    for (size_t i = 0; i < count && i < capacity; i++)
        read_row_locked(&tags.rows[first + i], &list[i]);
    lock_drop(&tags.lock);
    return count;
}

void tag_totals(int pool_class, struct expool_class_statistics *statistics)
{
    lock_take(&tags.lock);
    note_all_locked();
    struct counters sum = tags.totals[pool_class];
    for (const struct tag_table *table = tags.tables; table != NULL; table = table->next) {
        if (class_of(table->kind) != pool_class)
            continue;
        for (unsigned i = 0; (i = bits_next(table->are_taken, i, TAG_SLOTS)) < TAG_SLOTS; i++)
            add_slot(&sum, &table->slots[i]);
    }
    lock_drop(&tags.lock);
    statistics->allocations = sum.allocations;
    statistics->frees = sum.frees;
    statistics->bytes = sum.bytes;
    statistics->peak_bytes = sum.peak_bytes;
}

void tag_lock_all(void)
{
    lock_take(&tags.lock);
}

void tag_unlock_all(void)
{
    lock_drop(&tags.lock);
}
