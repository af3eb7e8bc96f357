#include "fuzz/team.h"

#include "expool/budget.h"
#include "expool/process.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/run.h"

enum { PAGE = 4096 };

void team_fail(failure_reporter *reporter, unsigned index, const char *text)
{
    if (team.failure != NULL)
        return;
    team.failure = reporter;
    team.failed_at = index;
    team.text = text;
}

static bool overlap(const struct handle *a, const struct handle *b)
{
    return a->address < b->address + b->size && b->address < a->address + a->size;
}

/* Nobody else has the block, and it holds what its owner wrote. */
static const char *check_block(unsigned at)
{
    const struct handle *handles = team.still.model.handles;
    struct expectation silent = {.outcome = OUTCOME_SUCCESS};
    struct op check = {.kind = OP_CHECK, .handle = (uint8_t)at};
    for (unsigned i = 0; i < at; i++)
        if (handles[i].state == HANDLE_LIVE && overlap(&handles[i], &handles[at]))
            return "two threads have the same bytes";
    team.still.execution.was_changed = false;
    return execution_check(&team.still.execution, &team.still.model, &check, &silent);
}

static uint64_t live_of(uint32_t tag)
{
    uint64_t live = 0;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++)
        live += team.still.model.handles[i].state == HANDLE_LIVE &&
                team.still.model.handles[i].tag == tag;
    for (unsigned i = 0; i < team.count; i++) {
        live += team.workers[i].left.tag == tag ? team.workers[i].left.count : 0;
        live += team.workers[i].present.tag == tag ? team.workers[i].present.count : 0;
    }
    return live;
}

static uint64_t live_of_all(void)
{
    uint64_t live = 0;
    for (unsigned i = 0; i < PROGRAM_TAGS; i++)
        live += live_of(model_tag((uint8_t)i));
    return live;
}

/* Without the verifier a list keeps what was given to it. */
static const char *check_tags(bool may_keep)
{
    struct expool_tag_statistics counted;
    for (unsigned i = 0; i < PROGRAM_TAGS; i++) {
        uint32_t tag = model_tag((uint8_t)i);
        uint64_t live = live_of(tag);
        uint64_t blocks = 0;
        expool_tag_statistics_get(tag, &counted);
        for (unsigned j = 0; j < EXPOOL_CLASS_COUNT; j++)
            blocks += counted.pool[j].allocations - counted.pool[j].frees;
        if (may_keep ? blocks < live : blocks != live)
            return "a tag counts other blocks than there are";
    }
    return NULL;
}

/* What each process and each class has used is what there is of it. */
static const char *check_charges(void)
{
    size_t wanted[MODEL_CLASSES] = {0};
    struct expool_process_quota quota;
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *handle = &team.still.model.handles[i];
        if (handle->state == HANDLE_LIVE)
            wanted[model_pool_is_paged(handle->pool)] += handle->quota;
    }
    for (unsigned i = 0; i < team.count; i++) {
        const struct burst *bursts[2] = {&team.workers[i].left, &team.workers[i].present};
        for (unsigned j = 0; j < 2; j++)
            wanted[bursts[j]->class] += (size_t)bursts[j]->count * bursts[j]->quota;
    }
    expool_process_quota_get(team.process, &quota);
    if (quota.used[0] != wanted[0] || quota.used[1] != wanted[1])
        return "a process is charged with other bytes than its blocks cost";
    return NULL;
}

static const char *check_limits(void)
{
    struct expool_class_statistics statistics;
    struct expool_budget budget;
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        expool_class_statistics_get((enum expool_class)i, &statistics);
        expool_budget_get((enum expool_class)i, &budget);
        if (!run_is_verifying() && budget.used_bytes != statistics.pages * PAGE)
            return "a class has used other pages of its limit than there are";
    }
    return NULL;
}

static const char *check_counters(void)
{
    struct expool_verifier_counters counters;
    expool_verifier_counters_get(&counters);
    uint64_t live = live_of_all();
    if (!run_is_verifying())
        return NULL;
    if (counters.live_blocks != (team.is_tracked ? 0 : live))
        return "special pool counts other live blocks than there are";
    if (counters.paged.allocations + counters.nonpaged.allocations != live)
        return "the verifier counts other live blocks than there are";
    return NULL;
}

static const char *check_numbers(void)
{
    const char *wrong = check_tags(!run_is_verifying());
    if (wrong == NULL)
        wrong = check_charges();
    if (wrong == NULL)
        wrong = check_limits();
    return wrong == NULL ? check_counters() : wrong;
}

/* No other thread is at it now. */
static void check_soundness(unsigned index)
{
    const char *wrong = expool_pool_check();
    if (wrong == NULL && run_is_verifying())
        wrong = expool_verifier_check();
    if (wrong != NULL)
        team_fail(failure_unsound, index, wrong);
}

void team_check_still(unsigned index)
{
    const char *wrong = NULL;
    for (unsigned i = 0; i < PROGRAM_HANDLES && wrong == NULL; i++)
        if (team.still.model.handles[i].state == HANDLE_LIVE)
            wrong = check_block(i);
    if (wrong != NULL)
        team_fail(failure_result, index, wrong);
    wrong = check_numbers();
    if (wrong != NULL)
        team_fail(failure_statistics, index, wrong);
    check_soundness(index);
    team.still.execution.bugchecks = 0;
    if (run_is_verifying() && expool_verifier_sweep() != live_of_all())
        team_fail(failure_statistics, index, "a sweep looks at other blocks than there are");
    if (team.still.execution.bugchecks > 0)
        team_fail(failure_false_alarm, index, "a sweep finds damage");
}

void team_check_common(unsigned index)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        taken += !team.workers[i].was_refused;
    if (taken != 1)
        team_fail(failure_missed, index,
                  taken == 0 ? "nobody could free a block that all freed"
                             : "a block was freed by two threads and neither was stopped");
}

static void add_use(struct shared_use *sum, const struct shared_use *use)
{
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        sum->acquired[i] += use->acquired[i];
    for (unsigned i = 0; i < PROGRAM_LISTS; i++) {
        sum->taken[i] += use->taken[i];
        sum->given[i] += use->given[i];
    }
    for (unsigned i = 0; i < SHARED_TAGS; i++)
        sum->tagged[i] += use->tagged[i];
}

void team_check_shared(unsigned index)
{
    struct shared_use sum = team.still.used;
    for (unsigned i = 0; i < team.count; i++)
        add_use(&sum, &team.workers[i].used);
    const char *wrong = shared_check(&team.shared, &sum);
    if (wrong != NULL)
        team_fail(failure_result, index, wrong);
}

void team_check_empty(unsigned index)
{
    struct expool_class_statistics statistics;
    const char *wrong = check_tags(false);
    for (int i = 0; i < EXPOOL_CLASS_COUNT && wrong == NULL; i++) {
        expool_class_statistics_get((enum expool_class)i, &statistics);
        if (statistics.bytes != 0 || statistics.allocations != statistics.frees)
            wrong = "bytes are still charged when everything was freed";
    }
    if (wrong != NULL)
        team_fail(failure_statistics, index, wrong);
    check_soundness(index);
}

void team_check_gone(unsigned index)
{
    struct expool_class_statistics statistics;
    expool_pool_trim();
    for (int i = 0; i < EXPOOL_CLASS_COUNT; i++) {
        expool_class_statistics_get((enum expool_class)i, &statistics);
        if (statistics.pages != 0 || statistics.free_bytes != 0)
            team_fail(failure_statistics, index,
                      "pages are still in use when everything was freed");
    }
}
