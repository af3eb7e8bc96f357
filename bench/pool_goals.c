#include "bench/goals.h"
#include "bench/pool_suite.h"

#include <math.h>
#include <stdio.h>

enum { IDLE_KEPT_KB = 64, ROWS_AHEAD_OF_JEMALLOC = 4 };

static const double hardened_limit = 0.25;
static const double level_limit = 1.05;  /* "level with": within 5 % */
static const double growth_limit = 1.25; /* with threads */

static const struct goal {
    enum pool_workload workload;
    double time; /* x glibc */
    double peak; /* x glibc */
} goals[] = {
    {ID_workload_pair64, 1.2, 0},      {ID_workload_batch64, 0.7, 0},
    {ID_workload_mixed10k, 0.55, 1.2}, {ID_workload_bulk1m, 0.65, 1.05},
    {ID_workload_large, 0.8, 0},       {ID_workload_largetouch, 0, 1.2},
    {ID_workload_larson2, 0.22, 0},    {ID_workload_prodcons, 0.03, 0},
    {ID_workload_cfrac, 1.0, 0},
};

double pool_goal_time(enum pool_workload workload)
{
    for (unsigned i = 0; i < sizeof goals / sizeof goals[0]; i++)
        if (goals[i].workload == workload)
            return goals[i].time;
    return 0;
}

double pool_goal_peak(enum pool_workload workload)
{
    for (unsigned i = 0; i < sizeof goals / sizeof goals[0]; i++)
        if (goals[i].workload == workload)
            return goals[i].peak;
    return 0;
}

static void judge_rows(struct judging *it)
{
    for (unsigned workload = 0; workload < POOL_WORKLOADS; workload++) {
        const char *word = suite_pool.workloads[workload].word;
        double time = it->figures->at[workload][SUBJECT_EXPOOL].x[SUBJECT_GLIBC];
        double peak = peak_ratio(it->figures, workload, SUBJECT_EXPOOL, SUBJECT_GLIBC);
        goal_at_most(it, time, pool_goal_time(workload), "%s, time x glibc", word);
        goal_at_most(it, peak, pool_goal_peak(workload), "%s, peak memory x glibc", word);
    }
}

static void judge_jemalloc(struct judging *it)
{
    unsigned ahead = 0;
    unsigned rows = 0;
    for (unsigned workload = 0; workload < POOL_WORKLOADS; workload++) {
        double x = it->figures->at[workload][SUBJECT_EXPOOL].x[SUBJECT_JEMALLOC];
        if (suite_pool.workloads[workload].group != MAIN || x <= 0)
            continue;
        rows++;
        ahead += x < 1;
    }
    if (rows >= ROWS_AHEAD_OF_JEMALLOC)
        goal_at_least(it, ahead, ROWS_AHEAD_OF_JEMALLOC, "rows ahead of jemalloc, of %u", rows);
}

/* The worst row against one hardened peer. */
static void judge_hardened(struct judging *it, enum pool_subject peer)
{
    double worst = 0;
    unsigned where = 0;
    for (unsigned workload = 0; workload < POOL_WORKLOADS; workload++) {
        double x = it->figures->at[workload][SUBJECT_EXPOOL].x[peer];
        if (suite_pool.workloads[workload].group == MAIN &&
            suite_pool.workloads[workload].unit != WHOLE && x > worst) {
            worst = x;
            where = workload;
        }
    }
    struct verdict *verdict =
        goal_at_most(it, worst, hardened_limit, "worst row x %s", suite_pool.subjects[peer].word);
    if (verdict)
        snprintf(verdict->where, sizeof verdict->where, "%s", suite_pool.workloads[where].word);
}

/* Unsealed against the best of the fast peers, row by row; the worst row decides. */
static void judge_unsealed(struct judging *it)
{
    double worst = 0;
    unsigned where = 0;
    for (unsigned workload = 0; workload < POOL_WORKLOADS; workload++) {
        double behind = 0; /* the best peer is the one we are furthest behind */
        for (unsigned peer = 0; peer < POOL_SUBJECTS; peer++)
            if (suite_pool.subjects[peer].kind == KIND_FAST)
                behind = fmax(behind, it->figures->at[workload][SUBJECT_UNSEALED].x[peer]);
        if (suite_pool.workloads[workload].group == MAIN && behind > worst) {
            worst = behind;
            where = workload;
        }
    }
    struct verdict *verdict =
        goal_at_most(it, worst, level_limit, "unsealed, worst row x its best peer");
    if (verdict)
        snprintf(verdict->where, sizeof verdict->where, "%s", suite_pool.workloads[where].word);
}

/* More live blocks cost every allocator cache misses; what grows beyond glibc's growth is ours. */
static void judge_growth(struct judging *it)
{
    const struct figure *few = &it->figures->at[ID_workload_live_1k][SUBJECT_EXPOOL];
    const struct figure *many = &it->figures->at[ID_workload_live_10m][SUBJECT_EXPOOL];
    const struct figure *one = &it->figures->at[ID_workload_threads_1][SUBJECT_EXPOOL];
    const struct figure *eight = &it->figures->at[ID_workload_threads_8][SUBJECT_EXPOOL];
    const struct figure *idle = &it->figures->at[ID_workload_idle_cache][SUBJECT_EXPOOL];
    if (few->x[SUBJECT_GLIBC] > 0)
        goal_at_most(it, many->x[SUBJECT_GLIBC] / few->x[SUBJECT_GLIBC], 1,
                     "1 k to 10 M live, growth x glibc's growth");
    if (one->ns > 0)
        goal_at_most(it, eight->ns / one->ns, growth_limit, "a pair with 8 threads x with 1");
    goal_at_most(it, idle->peak_kb, IDLE_KEPT_KB, "KiB kept by an idle thread");
}

unsigned pool_judge(const struct figures *figures, struct verdict *verdicts)
{
    struct judging it = {figures, verdicts, 0};
    judge_rows(&it);
    judge_jemalloc(&it);
    for (unsigned peer = 0; peer < POOL_SUBJECTS; peer++)
        if (suite_pool.subjects[peer].kind == KIND_HARDENED)
            judge_hardened(&it, peer);
    judge_unsealed(&it);
    judge_growth(&it);
    return it.count;
}
