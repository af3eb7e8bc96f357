#include "fuzz/corrupt_run.h"

#include "expool/census.h"
#include "expool/statistics.h"
#include "fuzz/audit.h"

enum { PAGE = 4096 };

struct figures {
    uint64_t page_bytes;
    uint64_t charged_bytes;
    uint64_t free_bytes;
    uint64_t damaged_pages;
};

static struct figures read_figures(void)
{
    struct figures all = {0};
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        struct expool_class_statistics seen;
        struct expool_census census;
        expool_class_statistics_get((enum expool_class)i, &seen);
        expool_census_get((enum expool_class)i, &census);
        all.page_bytes += seen.pages * PAGE;
        all.charged_bytes += seen.bytes;
        all.free_bytes += seen.free_bytes;
        all.damaged_pages += census.damaged_pages;
    }
    return all;
}

/* Of pages out of use what was charged for stays so; the rest is neither free nor anybody's. */
static bool lost_bytes(const struct corrupt_run *run, uint64_t *bytes)
{
    uint64_t charged = 0;
    for (unsigned i = 0; i < run->lost_count; i++) {
        const struct lost_block *lost = &run->lost[i];
        if (!wounds_are_retired(&run->wounds, lost->address))
            continue;
        if (lost->charge.least != lost->charge.most)
            return false;
        charged += lost->charge.least;
    }
    *bytes = (uint64_t)run->wounds.retired_count * PAGE - charged;
    return true;
}

static const char *check_figures(const struct corrupt_run *run)
{
    struct figures seen = read_figures();
    uint64_t lost = 0;
    if (seen.damaged_pages != run->wounds.retired_count)
        return "the census counts other damaged pages than stops put out of use";
    if (run->is_rough || run->is_short || run->lost_count == CORRUPT_LOST_MAX ||
        !lost_bytes(run, &lost))
        return NULL;
    return seen.page_bytes == seen.charged_bytes + seen.free_bytes + lost
               ? NULL
               : "the pages in use are not made of blocks, free bytes and what is out of use";
}

void corrupt_judge_end(struct corrupt_run *run, unsigned end)
{
    const char *wrong = NULL;
    expool_pool_trim();
    wounds_look(&run->wounds);
    if (!run->model.is_verifying)
        wrong = check_figures(run);
    if (wrong == NULL && !run->is_rough)
        wrong = audit_tags(&run->model);
    if (wrong != NULL)
        corrupt_fail(run, failure_statistics, end, wrong);
    wrong = expool_pool_check();
    if (wrong != NULL && !wounds_spoil(&run->wounds))
        corrupt_fail(run, failure_unsound, end, wrong);
}
