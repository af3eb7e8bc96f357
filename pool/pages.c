#include "pool/pages.h"

#include "pool/os.h"
#include "pool/pager.h"
#include "pool/util.h"

#include <string.h>

enum {
    EXACT_BINS = 32,   /* runs of 1 .. 32 pages have a bin each, longer ones one per doubling */
    RESIDENT_MAX = 64, /* free pages kept: 256 KiB */
    ALLOW_STEP_PAGES = 256, /* the frontier's memory comes in steps of 1 MiB */
};

static unsigned bin_of(size_t count)
{
    if (count <= EXACT_BINS)
        return (unsigned)count - 1;
    unsigned log = 63u - (unsigned)__builtin_clzll(count);
    return EXACT_BINS + log - 5; /* 33 .. 63 pages: the first */
}

bool pages_start(struct pages *pages, void *start, size_t capacity, bool executable)
{
    *pages = (struct pages){.start = start, .capacity = capacity, .executable = executable};
    for (unsigned i = 0; i < PAGE_RUN_BINS; i++)
        list_start(&pages->runs[i]);
    pages->records = os_table(capacity * sizeof(struct page_record));
    return pages->records != NULL;
}

static void list_run(struct pages *pages, size_t first, size_t count)
{
    pages->records[first].pages = (uint32_t)count;
    pages->records[first + count - 1].pages = (uint32_t)count;
    list_push(&pages->runs[bin_of(count)], &pages->records[first].link);
}

static size_t run_index(const struct pages *pages, struct list *link)
{
    return (size_t)(LIST_OWNER(link, struct page_record, link) - pages->records);
}

/* The first run that is long enough, unlisted; PAGES_NONE when there is none. */
static size_t find_run(struct pages *pages, size_t count)
{
    for (unsigned bin = bin_of(count); bin < PAGE_RUN_BINS; bin++) {
        for (struct list *link = pages->runs[bin].next; link != &pages->runs[bin];
             link = link->next) {
            size_t first = run_index(pages, link);
            if (pages->records[first].pages < count)
                continue;
            list_remove(link);
            return first;
        }
    }
    return PAGES_NONE;
}

static bool allow(struct pages *pages, size_t goal)
{
    if (!os_allow(pages_address(pages, pages->allowed), (goal - pages->allowed) * PAGE_BYTES,
                  pages->executable))
        return false;
    pages->allowed = goal;
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
    pages->frontier = first + count;
    return first;
}

/* A run from the free ones or behind the frontier. */
static size_t take_run(struct pages *pages, size_t count)
{
    size_t first = find_run(pages, count);
    if (first == PAGES_NONE)
        return grow(pages, count);
    if (pages->records[first].pages > count)
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
    for (size_t i = first; i < first + count; i++)
        pages->resident -= pages->records[i].is_resident;
    pages->used += count;
    return first;
}

/* A page is zero unless its physical page was kept. */
void pages_zero(struct pages *pages, size_t first, size_t bytes)
{
    unsigned char *page = pages_address(pages, first);
    for (size_t i = 0; i * PAGE_BYTES < bytes; i++) {
        size_t rest = bytes - i * PAGE_BYTES;
        if (pages->records[first + i].is_resident)
            memset(page + i * PAGE_BYTES, 0, rest < PAGE_BYTES ? rest : PAGE_BYTES);
    }
}

/* Keeps a few physical pages for the next request, gives the others back. */
static void settle_residence(struct pages *pages, size_t first, size_t count)
{
    bool keep = pages->resident + count <= RESIDENT_MAX;
    for (size_t i = first; i < first + count; i++)
        pages->records[i].is_resident = keep;
    if (keep)
        pages->resident += count;
    else
        os_discard(pages_address(pages, first), count * PAGE_BYTES);
}

void pages_give(struct pages *pages, size_t first, size_t count)
{
    struct page_record *records = pages->records;
    pager_forget(pages, first, count);
    settle_residence(pages, first, count);
    for (size_t i = first; i < first + count; i++)
        records[i].use = PAGE_FREE;
    pages->used -= count;
    if (pages->is_budgeted)
        budget_refund(pages->meter, count);
    if (first > 0 && records[first - 1].use == PAGE_FREE) {
        size_t before = records[first - 1].pages;
        first -= before;
        count += before;
        list_remove(&records[first].link);
    }
    size_t next = first + count;
    if (next < pages->frontier && records[next].use == PAGE_FREE) {
        list_remove(&records[next].link);
        count += records[next].pages;
    }
    list_run(pages, first, count);
}

size_t pages_trim(struct pages *pages)
{
    size_t trimmed = 0;
    for (size_t i = 0; i < pages->frontier && pages->resident > 0; i++) {
        if (pages->records[i].use != PAGE_FREE || !pages->records[i].is_resident)
            continue;
        os_discard(pages_address(pages, i), PAGE_BYTES);
        pages->records[i].is_resident = false;
        pages->resident--;
        trimmed++;
    }
    return trimmed;
}

const char *pages_check(struct pages *pages)
{
    size_t used = 0;
    size_t resident = 0;
    for (size_t i = 0; i < pages->frontier; i++) {
        const struct page_record *record = &pages->records[i];
        if (record->use == PAGE_NEVER_USED)
            return "a page behind the frontier has no use";
        if (record->use == PAGE_FREE)
            resident += record->is_resident;
        else
            used++;
    }
    if (used != pages->used)
        return "the count of pages in use is wrong";
    if (resident != pages->resident)
        return "the count of cached pages is wrong";
    for (unsigned bin = 0; bin < PAGE_RUN_BINS; bin++)
        for (const struct list *link = pages->runs[bin].next; link != &pages->runs[bin];
             link = link->next)
            if (!list_is_sound(link))
                return "a list of free page runs is broken";
    return NULL;
}
