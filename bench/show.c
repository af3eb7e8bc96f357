#include "bench/show.h"

#include "bench/goals.h"

#include <stdio.h>

static const char *const unit_words[] = {
    [PAIR_CPU] = "ns of processor time a pair",
    [PAIR_WALL] = "ns by the clock a pair",
    [WHOLE] = "ns of processor time, whole program",
    [KEPT] = "KiB an idle thread keeps",
};

static void show_ratio(double ratio)
{
    if (ratio > 0)
        printf(" %10.2f", ratio);
    else
        printf(" %10s", "-");
}

static void show_line(const struct figures *figures, enum workload_id workload, enum subject_id one)
{
    const struct figure *figure = &figures->at[workload][one];
    printf("  %-16s", subjects[one].word);
    if (workload_rows[workload].unit == KEPT)
        printf(" %11s %11s %11s", "-", "-", "-");
    else
        printf(" %11.1f %11.1f %11.1f", figure->ns, figure->low_ns, figure->high_ns);
    show_ratio(one == SUBJECT_GLIBC ? 1 : figure->x[SUBJECT_GLIBC]);
    show_ratio(one == SUBJECT_JEMALLOC ? 1 : figure->x[SUBJECT_JEMALLOC]);
    printf(" %10.0f", figure->peak_kb);
    show_ratio(peak_ratio(figures, workload, one, SUBJECT_GLIBC));
    printf("\n");
}

static void show_table(const struct figures *figures, enum workload_id workload)
{
    const struct workload_row *row = &workload_rows[workload];
    printf("\n%s: %s (%s)\n", row->word, row->help, unit_words[row->unit]);
    printf("  %-16s %11s %11s %11s %10s %10s %10s %10s\n", "", "median", "least", "most", "x glibc",
           "x jemalloc", row->unit == KEPT ? "KiB" : "peak KiB", "x glibc");
    for (unsigned one = 0; one < SUBJECT_COUNT; one++)
        if (figures->at[workload][one].is_there)
            show_line(figures, workload, one);
}

void show_tables(const struct figures *figures)
{
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        for (unsigned one = 0; one < SUBJECT_COUNT; one++)
            if (figures->at[workload][one].is_there) {
                show_table(figures, workload);
                break;
            }
}

void show_goals(const struct figures *figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    unsigned met = 0;
    unsigned count = goals_judge(figures, verdicts);
    if (count > 0)
        printf("\n%-44s %8s    %-8s\n", "goals of expool, seals and tag counters on", "figure",
               "goal");
    for (unsigned i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        printf("  %-42s %8.2f %s %-6.2f %s%s%s%s\n", verdict->what, verdict->figure,
               verdict->at_least ? ">=" : "<=", verdict->goal, verdict->is_met ? "met" : "NOT MET",
               verdict->where[0] ? " (" : "", verdict->where, verdict->where[0] ? ")" : "");
        met += verdict->is_met;
    }
    if (count > 0)
        printf("%u of %u goals met\n", met, count);
}

static bool is_known(const struct figures *figures, enum subject_id one)
{
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        if (figures->at[workload][one].is_there)
            return true;
    return false;
}

static void markdown_row(const struct figures *figures, enum workload_id workload)
{
    const struct figure *of = figures->at[workload];
    double glibc = of[SUBJECT_GLIBC].ns;
    double goal = goal_time(workload);
    double peak = peak_ratio(figures, workload, SUBJECT_EXPOOL, SUBJECT_GLIBC);
    if (workload_rows[workload].unit == WHOLE)
        printf("| %s | %.0f ms |", workload_rows[workload].word, glibc / 1e6);
    else if (workload_rows[workload].unit == KEPT)
        printf("| %s | %.0f KiB |", workload_rows[workload].word, of[SUBJECT_GLIBC].peak_kb);
    else
        printf("| %s | %.1f |", workload_rows[workload].word, glibc);
    for (unsigned one = 0; one < SUBJECT_COUNT; one++) {
        if (one == SUBJECT_GLIBC || !is_known(figures, one))
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

static void markdown_goals(const struct figures *figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    unsigned count = goals_judge(figures, verdicts);
    printf("\n| goal | figure | limit | |\n| --- | ---: | ---: | --- |\n");
    for (unsigned i = 0; i < count; i++)
        printf("| %s%s%s%s | %.2f | %s %.2f | %s |\n", verdicts[i].what,
               verdicts[i].where[0] ? " (" : "", verdicts[i].where, verdicts[i].where[0] ? ")" : "",
               verdicts[i].figure, verdicts[i].at_least ? "≥" : "≤", verdicts[i].goal,
               verdicts[i].is_met ? "met" : "not met");
}

void show_markdown(const struct figures *figures)
{
    printf("| workload | glibc, ns |");
    for (unsigned one = 0; one < SUBJECT_COUNT; one++)
        if (one != SUBJECT_GLIBC && is_known(figures, one))
            printf(" %s |", subjects[one].word);
    printf(" goal | peak x glibc |\n| --- | ---: |");
    for (unsigned one = 0; one < SUBJECT_COUNT; one++)
        if (one != SUBJECT_GLIBC && is_known(figures, one))
            printf(" ---: |");
    printf(" ---: | ---: |\n");
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        if (figures->at[workload][SUBJECT_EXPOOL].is_there)
            markdown_row(figures, workload);
    markdown_goals(figures);
}
