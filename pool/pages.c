#include "pool/pages.h"

#include "pool/bits.h"
#include "pool/checker.h"
#include "pool/clock.h"
#include "pool/os.h"
#include "pool/pager.h"
#include "pool/sanitizer.h"
#include "pool/util.h"

#include <string.h>

enum {
    EXACT_BINS = 32,        /* runs of 1 .. 32 pages have a bin each */
    BINS_A_DOUBLING = 8,    /* longer ones */
    LOOKS_IN_BIN = 8,       /* at runs that may be too short */
    RESIDENT_MIN = 64,      /* free pages kept in any case: 256 KiB */
    CLEARED_MAX = 2048,     /* kept and cleared by a restart: 8 MiB */
    ALLOW_STEP_PAGES = 256, /* the frontier's memory comes in steps of 1 MiB */
    SETTLE_MS = 250,        /* so often an eighth of what is above the use is let go */
    SETTLE_SHARE = 8,
    DISCARD_BYTES = 16 << 20, /* zeroed by giving it back: rarely written to as a whole */
};

static unsigned bin_of(size_t count)
{
    if (count <= EXACT_BINS)
        return (unsigned)count - 1;
    unsigned log = 63u - (unsigned)__builtin_clzll(count);
    unsigned eighth = (unsigned)(count >> (log - 3)) & 7u;
    return EXACT_BINS + (log - 5) * BINS_A_DOUBLING + eighth;
}

bool pages_start(struct pages *pages, const struct page_range *range)
{
    *pages = (struct pages){.start = range->start,
                            .capacity = range->pages,
                            .uses = range->uses,
                            .executable = range->executable,
                            .settled_ms = clock_ms()};
    for (unsigned i = 0; i < PAGE_RUN_BINS; i++)
        list_start(&pages->runs[i]);
    if (pages->uses == NULL)
        pages->uses = os_table(range->pages);
    pages->records = os_table(range->pages * sizeof(struct page_record));
    return pages->records != NULL && pages->uses != NULL;
}

static void list_run(struct pages *pages, size_t first, size_t count)
{
    unsigned bin = bin_of(count);
    pages->records[first].pages = (uint32_t)count;
    pages->records[first + count - 1].pages = (uint32_t)count;
    struct list *head = &pages->runs[bin];
    list_push(pages->rests > 0 ? head->previous : head, &pages->records[first].link);
    pages->has_runs[bin / BITS_A_WORD] |= bits_of(bin);
}

static void unlist_run(struct pages *pages, size_t first)
{
    unsigned bin = bin_of(pages->records[first].pages);
    list_remove(&pages->records[first].link);
    if (list_is_empty(&pages->runs[bin]))
        pages->has_runs[bin / BITS_A_WORD] &= ~bits_of(bin);
}

static size_t run_index(const struct pages *pages, struct list *link)
{
    return (size_t)(LIST_OWNER(link, struct page_record, link) - pages->records);
}

/* The lowest run of at least `count` pages among the first of bin `bin`; PAGES_NONE. Low ones
 * first: what lies high may become free as a whole. Where pages rest, who has waited longest. */
static size_t look_in_bin(const struct pages *pages, unsigned bin, size_t count)
{
    size_t lowest = PAGES_NONE;
    struct list *link = pages->runs[bin].next;
    for (unsigned i = 0; i < LOOKS_IN_BIN && link != &pages->runs[bin]; i++, link = link->next) {
        size_t first = run_index(pages, link);
        if (first < lowest && pages->records[first].pages >= count)
            lowest = first;
        if (lowest != PAGES_NONE && pages->rests > 0)
            break;
    }
    return lowest;
}

/* A run that is long enough, unlisted; PAGES_NONE when there is none. */
static size_t find_run(struct pages *pages, size_t count)
{
    unsigned bin = bin_of(count);
    size_t first = look_in_bin(pages, bin, count);
    if (first == PAGES_NONE) {
        bin = bits_next(pages->has_runs, bin + 1, PAGE_RUN_BINS);
        if (bin < PAGE_RUN_BINS)
            first = look_in_bin(pages, bin, count);
    }
    if (first != PAGES_NONE)
        unlist_run(pages, first);
    return first;
}

/* Below the frontier nothing fits: the last resort is to look at every run of the bin. */
static size_t search_bin(struct pages *pages, size_t count)
{
    unsigned bin = bin_of(count);
    for (struct list *link = pages->runs[bin].next; link != &pages->runs[bin]; link = link->next) {
        size_t first = run_index(pages, link);
        if (pages->records[first].pages < count)
            continue;
        unlist_run(pages, first);
        return first;
    }
    return PAGES_NONE;
}

/* The next page is closed as well, though there is none: who reaches for it has left a block. */
static bool allow(struct pages *pages, size_t goal)
{
    unsigned char *start = pages_address(pages, pages->allowed);
    if (!os_allow(start, (goal - pages->allowed) * PAGE_BYTES, pages->executable))
        return false;
    checker_close(start, (goal - pages->allowed + (goal < pages->capacity)) * PAGE_BYTES);
    __atomic_store_n(&pages->allowed, goal, __ATOMIC_RELAXED); /* the pager reads it in a fault */
    return true;
}

static size_t grow(struct pages *pages, size_t count)
{
    size_t first = pages->frontier;
    if (count > pages->capacity - first)
        return PAGES_NONE;
    if (first + count > pages->allowed) {
        size_t goal = round_up(first + count, ALLOW_STEP_PAGES);
        goal = goal < pages->capacity ? goal : pages->capacity;
        if (!allow(pages, goal) && !allow(pages, first + count))
            return PAGES_NONE;
    }
    __atomic_store_n(&pages->frontier, first + count, __ATOMIC_RELAXED); /* Force IRQL reads it */
    return first;
}

WRAPS_ROUND static size_t count_dirty(const struct pages *pages, size_t first, size_t count)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t dirty = 0;
    size_t i = 0;
    for (; i + sizeof ones <= count; i += sizeof ones) {
        uint64_t eight;
        memcpy(&eight, pages->uses + first + i, sizeof eight);
        dirty += (eight / PAGE_IS_DIRTY & ones) * ones >> 56; /* the sum of eight bytes, 0 or 1 */
    }
    for (; i < count; i++)
        dirty += (pages->uses[first + i] & PAGE_IS_DIRTY) != 0;
    return dirty;
}

/* A run from the free ones or behind the frontier. */
static size_t take_run(struct pages *pages, size_t count)
{
    bool is_resting = pages->frontier - pages->used < pages->rests;
    size_t first = is_resting ? PAGES_NONE : find_run(pages, count);
    if (first == PAGES_NONE) {
        first = grow(pages, count);
        if (first != PAGES_NONE)
            return first;
        first = is_resting ? find_run(pages, count) : PAGES_NONE;
    }
    if (first == PAGES_NONE) {
        first = search_bin(pages, count);
    }
    if (first != PAGES_NONE && pages->records[first].pages > count)
        list_run(pages, first + count, pages->records[first].pages - count);
    return first;
}

/* What the budget granted could not be had. */
static void refuse(struct pages *pages, size_t count)
{
    bool by_system = count <= pages->capacity - pages->frontier;
    if (!pages->is_budgeted)
        return;
    budget_refund(pages->meter, count);
    if (by_system || pages->used > 0) /* what no empty pool could hold says nothing of this one */
        budget_refused(pages->meter, by_system);
}

size_t pages_take(struct pages *pages, size_t count)
{
    if (count == 0 || count > pages->capacity)
        return PAGES_NONE;
    if (pages->is_budgeted && !budget_charge(pages->meter, count))
        return PAGES_NONE;
    size_t first = take_run(pages, count);
    if (first == PAGES_NONE) {
        refuse(pages, count);
        return PAGES_NONE;
    }
    if (pages->protects) {
        INVARIANT(os_allow(pages_address(pages, first), count * PAGE_BYTES, pages->executable));
        checker_close(pages_address(pages, first), count * PAGE_BYTES);
    }
    if (pages->resident > 0)
        pages->resident -= count_dirty(pages, first, count);
    pages->used += count;
    if (pages->used > pages->peak)
        pages->peak = pages->used;
    return first;
}

/* A page is zero unless its physical page was kept. */
void pages_zero(struct pages *pages, size_t first, size_t bytes)
{
    unsigned char *page = pages_address(pages, first);
    if (bytes >= DISCARD_BYTES && os_discard(page, round_up(bytes, PAGE_BYTES)))
        return;
    for (size_t i = 0; i * PAGE_BYTES < bytes; i++) {
        size_t rest = bytes - i * PAGE_BYTES;
        if ((pages->uses[first + i] & PAGE_IS_DIRTY) != 0)
            checker_clear(page + i * PAGE_BYTES, rest < PAGE_BYTES ? rest : PAGE_BYTES);
    }
}

/* Gives physical pages of a free run back, up to `most`, from its end; how many. */
static size_t discard_from_run(struct pages *pages, size_t first, size_t most)
{
    size_t end = first + pages->records[first].pages;
    size_t start = end;
    size_t dirty = 0;
    for (; start > first && dirty < most; start--)
        dirty += (pages->uses[start - 1] & PAGE_IS_DIRTY) != 0;
    if (dirty == 0 || !os_discard(pages_address(pages, start), (end - start) * PAGE_BYTES))
        return 0; /* what the program has locked stays, and is not zero */
    for (size_t i = start; i < end; i++)
        pages->uses[i] = (uint8_t)(pages->uses[i] & ~(unsigned)PAGE_IS_DIRTY);
    pages->resident -= dirty;
    return dirty;
}

/* Discards until at most `keep` free pages are resident, long runs first. */
static size_t shrink(struct pages *pages, size_t keep)
{
    size_t discarded = 0;
    for (unsigned bin = PAGE_RUN_BINS; bin-- > 0 && pages->resident > keep;)
        for (struct list *link = pages->runs[bin].next;
             link != &pages->runs[bin] && pages->resident > keep; link = link->next)
            discarded += discard_from_run(pages, run_index(pages, link), pages->resident - keep);
    return discarded;
}

/* What was in use of late may stay resident; that sinks as time goes by. */
static void settle(struct pages *pages)
{
    uint64_t now = clock_ms();
    if (now - pages->settled_ms < SETTLE_MS)
        return;
    pages->settled_ms = now;
    pages->peak -= (pages->peak - pages->used + SETTLE_SHARE - 1) / SETTLE_SHARE;
    size_t keep = pages->peak - pages->used;
    shrink(pages, keep > RESIDENT_MIN ? keep : RESIDENT_MIN);
}

void pages_give(struct pages *pages, size_t first, size_t count, enum page_use was)
{
    uint8_t *uses = pages->uses;
    pager_forget(pages, first, count);
    if (pages->protects)
        (void)os_deny(pages_address(pages, first), count * PAGE_BYTES);
    memset(uses + first, PAGE_FREE | PAGE_IS_DIRTY, count);
    uses[first] = (uint8_t)(uses[first] | was);
    pages->resident += count;
    pages->used -= count;
    if (pages->is_budgeted)
        budget_refund(pages->meter, count);
    if (first > 0 && pages_use(pages, first - 1) == PAGE_FREE) {
        size_t before = pages->records[first - 1].pages;
        first -= before;
        count += before;
        unlist_run(pages, first);
    }
    size_t next = first + count;
    if (next < pages->frontier && pages_use(pages, next) == PAGE_FREE) {
        count += pages->records[next].pages;
        unlist_run(pages, next);
    }
    list_run(pages, first, count);
    if (pages->resident > RESIDENT_MIN)
        settle(pages);
}

size_t pages_trim(struct pages *pages)
{
    pages->peak = pages->used;
    pages->settled_ms = clock_ms();
    return shrink(pages, 0);
}

/* A page is cleared in a tenth of the time it takes to give it back and have it again; who restarts
 * will soon use it. */
static void clear(struct pages *pages)
{
    (void)shrink(pages, pages->protects ? 0 : CLEARED_MAX);
    for (size_t i = 0; pages->resident > 0 && i < pages->frontier; i++)
        if ((pages->uses[i] & PAGE_IS_DIRTY) != 0) {
            checker_clear(pages_address(pages, i), PAGE_BYTES);
            pages->resident--;
        }
}

void pages_restart(struct pages *pages)
{
    INVARIANT(pages->used == 0);
    pages->settled_ms = clock_ms();
    if (pages->frontier == 0)
        return;
    clear(pages);
    unlist_run(pages, 0);
    memset(pages->uses, PAGE_NEVER_USED, pages->frontier);
    pages->peak = 0;
    __atomic_store_n(&pages->frontier, 0, __ATOMIC_RELAXED);
}

const char *pages_check(struct pages *pages)
{
    size_t used = 0;
    for (size_t i = 0; i < pages->frontier; i++) {
        if (pages->uses[i] == PAGE_NEVER_USED)
            return "a page behind the frontier has no use";
        used += pages_use(pages, i) != PAGE_FREE;
    }
    if (used != pages->used)
        return "the count of pages in use is wrong";
    if (count_dirty(pages, 0, pages->frontier) != pages->resident)
        return "the count of cached pages is wrong";
    for (unsigned bin = 0; bin < PAGE_RUN_BINS; bin++) {
        if (((pages->has_runs[bin / BITS_A_WORD] & bits_of(bin)) != 0) ==
            list_is_empty(&pages->runs[bin]))
            return "the bit of a list of free page runs is wrong";
        for (const struct list *link = pages->runs[bin].next; link != &pages->runs[bin];
             link = link->next)
            if (!list_is_sound(link))
                return "a list of free page runs is broken";
    }
    return NULL;
}
