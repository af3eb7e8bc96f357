#include "bench/goals.h"
#include "bench/verifier_suite.h"

enum { LIVE_BYTES = 4160, DEAD_BYTES = 20, IRQL_STORES = 2 };

static const double growth_limit = 1.5;

/* One's time as a multiple of a peer's, at most so much on each of a row of workloads. */
static const struct goal {
    enum verifier_subject one;
    enum verifier_subject peer;
    enum verifier_workload first; /* to last: every workload between has the goal */
    enum verifier_workload last;
    double limit;
} goals[] = {
    {VERIFIER_EXPOOL, VERIFIER_FENCE, ID_workload_window_1k, ID_workload_window_30k, 0.10},
    {VERIFIER_EXPOOL, VERIFIER_GWP_ASAN, ID_workload_window_1k, ID_workload_window_30k, 0.10},
    {VERIFIER_EXPOOL, VERIFIER_EFENCE, ID_workload_window_1k, ID_workload_window_1k, 0.04},
    {VERIFIER_EXPOOL, VERIFIER_EFENCE, ID_workload_window_10k, ID_workload_window_10k, 0.02},
    {VERIFIER_EXPOOL, VERIFIER_EFENCE, ID_workload_window_30k, ID_workload_window_30k, 0.01},
    {VERIFIER_EXPOOL, VERIFIER_DUMA, ID_workload_window_1k, ID_workload_window_1k, 0.02},
    {VERIFIER_EXPOOL, VERIFIER_DUMA, ID_workload_window_10k, ID_workload_window_10k, 0.015},
    {VERIFIER_EXPOOL, VERIFIER_DUMA, ID_workload_window_30k, ID_workload_window_30k, 0.008},
    {VERIFIER_EXPOOL, VERIFIER_VALGRIND, ID_workload_window_1k, ID_workload_window_1m, 1.0},
    {VERIFIER_EXPOOL, VERIFIER_ASAN, ID_workload_window_1k, ID_workload_window_1m, 3.0},
    {VERIFIER_EXPOOL, VERIFIER_KERNEL_LIMIT, ID_workload_window_1k, ID_workload_window_1m, 1.2},
    {VERIFIER_EXPOOL, VERIFIER_FENCE, ID_workload_window_threads, ID_workload_window_threads, 0.2},
    {VERIFIER_GUARD, VERIFIER_FENCE, ID_workload_window_1k, ID_workload_window_30k, 0.40},
    {VERIFIER_NORMAL, VERIFIER_GLIBC, ID_workload_irql, ID_workload_irql, IRQL_STORES},
};

static void judge_goal(struct judging *it, const struct goal *goal)
{
    const struct subject *subjects = suite_verifier.subjects;
    for (unsigned workload = goal->first; workload <= goal->last; workload++)
        goal_at_most(it, it->figures->at[workload][goal->one].x[goal->peer], goal->limit,
                     "%s, %s x %s", suite_verifier.workloads[workload].word,
                     subjects[goal->one].word, subjects[goal->peer].word);
}

unsigned verifier_judge(const struct figures *figures, struct verdict *verdicts)
{
    struct judging it = {figures, verdicts, 0};
    const struct figure *few = &figures->at[ID_workload_window_1k][VERIFIER_EXPOOL];
    const struct figure *many = &figures->at[ID_workload_window_1m][VERIFIER_EXPOOL];
    const struct figure *grown = &figures->at[ID_workload_grow][VERIFIER_EXPOOL];
    for (unsigned i = 0; i < sizeof goals / sizeof goals[0]; i++)
        judge_goal(&it, &goals[i]);
    if (few->ns > 0)
        goal_at_most(&it, many->ns / few->ns, growth_limit, "expool, 1 M live x 1 k live");
    goal_at_most(&it, grown->live_bytes, LIVE_BYTES, "grow, bytes a live block");
    goal_at_most(&it, grown->dead_bytes, DEAD_BYTES, "grow, bytes a dead block");
    return it.count;
}
