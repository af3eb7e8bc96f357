#include "bench/goals.h"
#include "bench/show.h"
#include "bench/verifier_suite.h"

#include <stdio.h>

static void markdown_cell(const struct figure *figure)
{
    if (figure->is_there)
        printf(" %.*f |", figure->ns < 10 ? 1 : 0, figure->ns);
    else if (figure->died_at > 0)
        printf(" dies at %ld |", figure->died_at);
    else
        printf(" - |");
}

static void markdown_head(const char *first)
{
    printf("| %s |", first);
    for (unsigned workload = 0; workload < VERIFIER_WORKLOADS; workload++)
        printf(" %s |", suite_verifier.workloads[workload].word);
    printf("\n| --- |");
    for (unsigned workload = 0; workload < VERIFIER_WORKLOADS; workload++)
        printf(" ---: |");
    printf("\n");
}

static void markdown_multiples(const struct figures *figures)
{
    printf("\n");
    markdown_head("expool as a multiple of");
    for (unsigned peer = 0; peer < VERIFIER_SUBJECTS; peer++) {
        if (!show_is_known(figures, peer) || suite_verifier.subjects[peer].kind == KIND_OURS)
            continue;
        printf("| %s |", suite_verifier.subjects[peer].word);
        for (unsigned workload = 0; workload < VERIFIER_WORKLOADS; workload++) {
            double x = figures->at[workload][VERIFIER_EXPOOL].x[peer];
            if (x > 0)
                printf(" %.*f |", x < 0.1 ? 4 : 2, x);
            else
                printf(" - |");
        }
        printf("\n");
    }
}

static void markdown_memory(const struct figures *figures)
{
    printf("\n| grow, bytes | a live block | a dead block |\n| --- | ---: | ---: |\n");
    for (unsigned one = 0; one < VERIFIER_SUBJECTS; one++) {
        const struct figure *figure = &figures->at[ID_workload_grow][one];
        if (figure->is_there)
            printf("| %s | %.0f | %.1f |\n", suite_verifier.subjects[one].word, figure->live_bytes,
                   figure->dead_bytes);
    }
}

void verifier_show_markdown(const struct figures *figures)
{
    markdown_head("ns");
    for (unsigned one = 0; one < VERIFIER_SUBJECTS; one++) {
        if (!show_is_known(figures, one))
            continue;
        printf("| %s |", suite_verifier.subjects[one].word);
        for (unsigned workload = 0; workload < VERIFIER_WORKLOADS; workload++)
            markdown_cell(&figures->at[workload][one]);
        printf("\n");
    }
    markdown_multiples(figures);
    markdown_memory(figures);
    show_goals_markdown(figures);
}
