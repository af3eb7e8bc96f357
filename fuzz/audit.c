#include "fuzz/audit.h"

#include "expool/budget.h"
#include "expool/paging.h"
#include "expool/statistics.h"
#include "fuzz/settings.h"

#include <string.h>

enum { ROWS_MAX = 64, PAGE = 4096, CACHES_HOLD = 1 << 20 };

/* Since the audit began, programs that are over. */
static struct {
    struct tag_model base[MODEL_TAGS][MODEL_CLASSES];
    size_t processes;
} audit;

static const struct expool_tag_statistics *row_of(const struct expool_tag_statistics *rows,
                                                  size_t count, uint32_t tag)
{
    static const struct expool_tag_statistics none;
    for (size_t i = 0; i < count; i++)
        if (rows[i].tag == tag)
            return &rows[i];
    return &none;
}

/* One call for all tags: each walks every slot of every thread. */
static size_t list_tags(struct expool_tag_statistics *rows)
{
    size_t count = expool_tag_statistics_list(rows, ROWS_MAX);
    return count < ROWS_MAX ? count : ROWS_MAX;
}

void audit_begin(void)
{
    struct expool_tag_statistics rows[ROWS_MAX];
    size_t count = list_tags(rows);
    memset(&audit, 0, sizeof audit);
    for (unsigned i = 0; i < MODEL_TAGS; i++) {
        const struct expool_tag_statistics *row = row_of(rows, count, model_tag((uint8_t)i));
        for (unsigned j = 0; j < MODEL_CLASSES; j++)
            audit.base[i][j] = (struct tag_model){.allocations = row->pool[j].allocations,
                                                  .frees = row->pool[j].frees,
                                                  .least_bytes = row->pool[j].bytes,
                                                  .most_bytes = row->pool[j].bytes};
    }
    audit.processes = expool_process_count();
    audit_verifier_begin();
}

void audit_end(const struct model *model)
{
    for (unsigned i = 0; i < MODEL_TAGS; i++)
        for (unsigned j = 0; j < MODEL_CLASSES; j++) {
            audit.base[i][j].allocations += model->tags[i][j].allocations;
            audit.base[i][j].frees += model->tags[i][j].frees;
        }
    audit_verifier_end(model);
}

static const char *check_tag(const struct tag_model *base, const struct tag_model *tag,
                             const struct expool_tag_statistics *row, unsigned class, bool is_exact)
{
    uint64_t bytes = row->pool[class].bytes;
    if (row->pool[class].allocations != base->allocations + tag->allocations ||
        row->pool[class].frees != base->frees + tag->frees)
        return "a tag counts other allocations or frees than were made";
    if (bytes < base->least_bytes + tag->least_bytes || bytes > base->most_bytes + tag->most_bytes)
        return "a tag is charged with other bytes than its blocks cost";
    if (row->pool[class].peak_bytes < bytes)
        return "a tag's peak is below what it has";
    uint64_t peak = row->pool[class].peak_bytes;
    if (peak > base->most_bytes + tag->peak.most)
        return "a tag's peak is above what it had";
    if (peak < base->least_bytes + model_peak_least(&tag->peak) ||
        peak + (is_exact ? 0 : CACHES_HOLD) < base->least_bytes + tag->peak_bytes)
        return "a tag's peak is below what it had";
    return NULL;
}

const char *audit_tags(const struct model *model)
{
    struct expool_tag_statistics rows[ROWS_MAX];
    size_t count = list_tags(rows);
    for (unsigned i = 0; i < MODEL_TAGS; i++) {
        const struct expool_tag_statistics *row = row_of(rows, count, model_tag((uint8_t)i));
        for (unsigned j = 0; j < MODEL_CLASSES; j++) {
            const char *wrong = check_tag(&audit.base[i][j], &model->tags[i][j], row, j,
                                          j == 1 && !model->classes[j].is_mixed);
            if (wrong != NULL)
                return wrong;
        }
    }
    return NULL;
}

/* Sums over the tags; bytes[0] is the least, bytes[1] the most; base: of what was there before. */
struct sums {
    uint64_t allocations;
    uint64_t frees;
    uint64_t bytes[2];
    uint64_t base[2];
};

static struct sums sum_class(const struct model *model, unsigned class)
{
    struct sums sums = {0};
    for (unsigned i = 0; i < MODEL_TAGS; i++) {
        const struct tag_model *base = &audit.base[i][class];
        const struct tag_model *tag = &model->tags[i][class];
        sums.allocations += base->allocations + tag->allocations;
        sums.frees += base->frees + tag->frees;
        sums.base[0] += base->least_bytes;
        sums.base[1] += base->most_bytes;
        sums.bytes[0] += base->least_bytes + tag->least_bytes;
        sums.bytes[1] += base->most_bytes + tag->most_bytes;
    }
    return sums;
}

/* Every page in use is made of blocks and what is free on it. */
static const char *check_class(const struct model *model, unsigned class,
                               const struct expool_class_statistics *seen)
{
    struct sums sums = sum_class(model, class);
    uint64_t special_bytes = model->classes[class].special_pages * PAGE;
    if (seen->allocations != sums.allocations || seen->frees != sums.frees)
        return "a class counts other allocations or frees than were made";
    if (seen->bytes < sums.bytes[0] || seen->bytes > sums.bytes[1])
        return "a class is charged with other bytes than its blocks cost";
    const struct peak_model *peak = &model->classes[class].peak;
    if (seen->peak_bytes < seen->bytes || seen->peak_bytes < sums.base[0] + model_peak_least(peak))
        return "a class's peak is below what it had";
    if (seen->peak_bytes > sums.base[1] + peak->most)
        return "a class's peak is above what it had";
    if (seen->cached_bytes > seen->free_bytes)
        return "more bytes wait in caches than are free";
    if (seen->pages * PAGE != seen->bytes - special_bytes + seen->free_bytes)
        return "the pages in use are not made of blocks and free bytes";
    return NULL;
}

static const char *check_pages(const struct model *model, unsigned class)
{
    struct expool_class_statistics seen;
    expool_class_statistics_get((enum expool_class) class, &seen);
    const char *wrong = check_class(model, class, &seen);
    if (wrong == NULL)
        wrong = audit_census(model, class, &seen);
    return wrong == NULL ? audit_budget(model, class, seen.pages) : wrong;
}

static const char *check_classes(const struct model *model)
{
    const char *wrong = check_pages(model, EXPOOL_CLASS_NONPAGED);
    return wrong == NULL ? check_pages(model, EXPOOL_CLASS_PAGED) : wrong;
}

static bool process_fits(PEPROCESS process, const struct model *model, unsigned number)
{
    const struct process_model *wanted = &model->processes[number];
    struct expool_process_quota quota;
    bool fits = true;
    expool_process_quota_get(process, &quota);
    for (unsigned i = 0; i < MODEL_CLASSES; i++)
        fits &= quota.used[i] == wanted->used[i] && quota.peak[i] >= wanted->peak[i] &&
                quota.peak[i] <= wanted->peak_most[i] &&
                quota.limit[i] == model_process_limit(number, i);
    return fits;
}

const char *audit_processes(const struct execution *execution, const struct model *model)
{
    size_t open = 0;
    for (unsigned i = 1; i < PROGRAM_PROCESSES; i++) {
        open += model->processes[i].is_open;
        if (model->processes[i].is_open && !process_fits(execution->processes[i], model, i))
            return "a process is charged with other bytes than its blocks cost";
    }
    return expool_process_count() == audit.processes + open
               ? NULL
               : "other processes are there than were made";
}

/* What is out has left and did not come back; freed pages need not. */
static const char *check_paging(const struct model *model)
{
    struct expool_paging paging;
    struct expool_class_statistics paged;
    expool_paging_get(&paging);
    expool_class_statistics_get(EXPOOL_CLASS_PAGED, &paged);
    if (paging.pages_out > paged.pages || (paging.pages_out > 0 && !model->has_paged_out))
        return "more pages are out than there are";
    if (paging.page_outs < paging.page_ins + paging.pages_out)
        return "more pages came back, or are out, than left";
    return paging.is_on && paging.is_encrypted != settings_encrypts()
               ? "pages are encrypted where nobody asked for it, or in the clear"
               : NULL;
}

const char *audit_all(const struct execution *execution, const struct model *model)
{
    const char *wrong = audit_tags(model);
    if (wrong == NULL)
        wrong = check_classes(model);
    if (wrong == NULL)
        wrong = audit_processes(execution, model);
    if (wrong == NULL)
        wrong = check_paging(model);
    return wrong == NULL ? audit_verifier(model) : wrong;
}

static bool has_left_something(const struct model *model)
{
    bool has = false;
    for (unsigned i = 0; i < MODEL_TAGS; i++)
        for (unsigned j = 0; j < MODEL_CLASSES; j++)
            has |= model->tags[i][j].allocations != model->tags[i][j].frees;
    return has;
}

static const char *check_empty(enum expool_class class)
{
    struct expool_class_statistics seen;
    struct expool_budget budget;
    expool_class_statistics_get(class, &seen);
    expool_budget_get(class, &budget);
    if (seen.bytes != 0)
        return "bytes are still charged when everything was freed";
    if (seen.pages != 0 || seen.free_bytes != 0)
        return "pages are still in use when everything was freed";
    if (budget.used_bytes != 0)
        return "pages still count against the limit when everything was freed";
    return NULL;
}

const char *audit_empty(const struct model *model, bool is_thorough)
{
    if (has_left_something(model))
        return "the program has left something behind";
    if (expool_process_count() != audit.processes)
        return "a process stays that is closed and pays for nothing";
    const char *wrong = audit_tags(model);
    if (wrong == NULL)
        wrong = check_paging(model);
    if (wrong != NULL || !is_thorough)
        return wrong;
    expool_pool_trim(); /* what caches keep, pages and all */
    for (int i = 0; i < EXPOOL_CLASS_COUNT && wrong == NULL; i++)
        wrong = check_empty((enum expool_class)i);
    return wrong == NULL ? audit_verifier(model) : wrong;
}
