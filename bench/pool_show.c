#include "bench/goals.h"
#include "bench/pool_suite.h"
#include "bench/show.h"

#include <stdio.h>

static void markdown_row(const struct figures *figures, enum pool_workload workload)
{
    const struct figure *of = figures->at[workload];
    double glibc = of[SUBJECT_GLIBC].ns;
    double goal = pool_goal_time(workload);
    double peak = peak_ratio(figures, workload, SUBJECT_EXPOOL, SUBJECT_GLIBC);
    if (suite_pool.workloads[workload].unit == WHOLE)
        printf("| %s | %.0f ms |", suite_pool.workloads[workload].word, glibc / 1e6);
    else if (suite_pool.workloads[workload].unit == KEPT)
        printf("| %s | %.0f KiB |", suite_pool.workloads[workload].word, of[SUBJECT_GLIBC].peak_kb);
    else
        printf("| %s | %.1f |", suite_pool.workloads[workload].word, glibc);
    for (unsigned one = 0; one < POOL_SUBJECTS; one++) {
        if (one == SUBJECT_GLIBC || !show_is_known(figures, one))
            continue;
        if (of[one].x[SUBJECT_GLIBC] > 0)
            printf(" %.2f |", of[one].x[SUBJECT_GLIBC]);
        else
            printf(" - |");
    }
    if (goal > 0)
        printf(" %.2f |", goal);
    else
        printf(" - |");
    if (peak > 0)
        printf(" %.2f |\n", peak);
    else
        printf(" - |\n");
}

void pool_show_markdown(const struct figures *figures)
{
    printf("| workload | glibc, ns |");
    for (unsigned one = 0; one < POOL_SUBJECTS; one++)
        if (one != SUBJECT_GLIBC && show_is_known(figures, one))
            printf(" %s |", suite_pool.subjects[one].word);
    printf(" goal | peak x glibc |\n| --- | ---: |");
    for (unsigned one = 0; one < POOL_SUBJECTS; one++)
        if (one != SUBJECT_GLIBC && show_is_known(figures, one))
            printf(" ---: |");
    printf(" ---: | ---: |\n");
    for (unsigned workload = 0; workload < POOL_WORKLOADS; workload++)
        if (figures->at[workload][SUBJECT_EXPOOL].is_there)
            markdown_row(figures, workload);
    show_goals_markdown(figures);
}
