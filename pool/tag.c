#include "pool/tag.h"

#include "expool/statistics.h"
#include "pool/os.h"
#include "pool/request.h"
#include "pool/util.h"

#include <pthread.h>
#include <stdatomic.h>

enum { ROWS = 1 << 20, HASH_FACTOR = 40543 };

struct counters {
    _Atomic uint64_t allocations;
    _Atomic uint64_t frees;
    _Atomic uint64_t bytes;
    _Atomic uint64_t peak_bytes;
};

struct row {
    _Atomic uint32_t tag; /* 0: not taken; no allocation has tag 0 */
    struct counters pool[EXPOOL_CLASS_COUNT];
};

static struct row *rows;
static struct row overflow; /* more than a million tags: counted together, never lost */
static struct counters totals[EXPOOL_CLASS_COUNT];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    rows = os_needed_table(ROWS * sizeof(struct row));
}

/* The row of `tag`; `insert` makes one. NULL when it does not exist and is not to. */
static struct row *find(uint32_t tag, bool insert)
{
    pthread_once(&once, start);
    uint32_t at = (tag * HASH_FACTOR) >> 7;
    for (unsigned probes = 0; probes < ROWS; probes++, at++) {
        struct row *row = &rows[at % ROWS];
        uint32_t found = atomic_load_explicit(&row->tag, memory_order_acquire);
        if (found == tag)
            return row;
        if (found != 0)
            continue;
        if (!insert)
            return NULL;
        if (atomic_compare_exchange_strong(&row->tag, &found, tag) || found == tag)
            return row;
    }
    return insert ? &overflow : NULL;
}

static int class_of(enum pool_kind kind)
{
    return pool_is_paged(kind) ? EXPOOL_CLASS_PAGED : EXPOOL_CLASS_NONPAGED;
}

static void charge(struct counters *counters, uint64_t charged_bytes)
{
    atomic_fetch_add_explicit(&counters->allocations, 1, memory_order_relaxed);
    uint64_t bytes =
        atomic_fetch_add_explicit(&counters->bytes, charged_bytes, memory_order_relaxed) +
        charged_bytes;
    uint64_t peak = atomic_load_explicit(&counters->peak_bytes, memory_order_relaxed);
    while (peak < bytes &&
           !atomic_compare_exchange_weak_explicit(&counters->peak_bytes, &peak, bytes,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
}

static void refund(struct counters *counters, uint64_t charged_bytes)
{
    atomic_fetch_add_explicit(&counters->frees, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&counters->bytes, charged_bytes, memory_order_relaxed);
}

void tag_charge(uint32_t tag, enum pool_kind kind, size_t charged_bytes)
{
    int pool_class = class_of(kind);
    charge(&find(tag_without_protection(tag), true)->pool[pool_class], charged_bytes);
    charge(&totals[pool_class], charged_bytes);
}

void tag_refund(uint32_t tag, enum pool_kind kind, size_t charged_bytes)
{
    int pool_class = class_of(kind);
    refund(&find(tag_without_protection(tag), true)->pool[pool_class], charged_bytes);
    refund(&totals[pool_class], charged_bytes);
}

static void copy_row(struct row *row, struct expool_tag_statistics *statistics)
{
    statistics->tag = atomic_load(&row->tag);
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        statistics->pool[i].allocations = atomic_load(&row->pool[i].allocations);
        statistics->pool[i].frees = atomic_load(&row->pool[i].frees);
        statistics->pool[i].bytes = atomic_load(&row->pool[i].bytes);
        statistics->pool[i].peak_bytes = atomic_load(&row->pool[i].peak_bytes);
    }
}

void tag_read(uint32_t tag, struct expool_tag_statistics *statistics)
{
    *statistics = (struct expool_tag_statistics){.tag = tag_without_protection(tag)};
    struct row *row = statistics->tag == 0 ? NULL : find(statistics->tag, false);
    if (row != NULL)
        copy_row(row, statistics);
}

size_t tag_list(struct expool_tag_statistics *list, size_t capacity)
{
    pthread_once(&once, start);
    size_t count = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        if (atomic_load_explicit(&rows[i].tag, memory_order_relaxed) == 0)
            continue;
        if (count < capacity)
            copy_row(&rows[i], &list[count]);
        count++;
    }
    return count;
}

void tag_totals(int pool_class, struct expool_class_statistics *statistics)
{
    statistics->allocations = atomic_load(&totals[pool_class].allocations);
    statistics->frees = atomic_load(&totals[pool_class].frees);
    statistics->bytes = atomic_load(&totals[pool_class].bytes);
    statistics->peak_bytes = atomic_load(&totals[pool_class].peak_bytes);
}
