#include "bench/show.h"

#include "bench/goals.h"

#include <stdio.h>
#include <string.h>

static const char *const unit_words[] = {
    [PAIR_CPU] = "ns of processor time a pair",      [PAIR_WALL] = "ns by the clock a pair",
    [WHOLE] = "ns of processor time, whole program", [KEPT] = "KiB an idle thread keeps",
    [GROWN] = "ns of processor time an allocation",  [STEP] = "ns of processor time",
};

static void show_ratio(double ratio)
{
    if (ratio > 0)
        printf(" %10.2f", ratio);
    else
        printf(" %10s", "-");
}

static void show_grown(const struct figure *figure)
{
    if (figure->live_bytes > 0)
        printf("   %.0f B a live block, %.1f B a dead one", figure->live_bytes, figure->dead_bytes);
}

static void show_line(const struct figures *figures, unsigned workload, unsigned one)
{
    const struct suite *suite = figures->suite;
    const struct figure *figure = &figures->at[workload][one];
    printf("  %-16s", suite->subjects[one].word);
    if (!figure->is_there) {
        printf(" %s\n", figure->complaint);
        return;
    }
    if (suite->workloads[workload].unit == KEPT)
        printf(" %11s %11s %11s", "-", "-", "-");
    else
        printf(" %11.1f %11.1f %11.1f", figure->ns, figure->low_ns, figure->high_ns);
    for (unsigned i = 0; i < 2; i++)
        show_ratio(one == suite->beside[i] ? 1 : figure->x[suite->beside[i]]);
    printf(" %10.0f", figure->peak_kb);
    show_ratio(peak_ratio(figures, workload, one, suite->beside[0]));
    show_grown(figure);
    printf("\n");
}

static void show_table(const struct figures *figures, unsigned workload)
{
    const struct suite *suite = figures->suite;
    const struct workload_row *row = &suite->workloads[workload];
    const char *beside[] = {suite->subjects[suite->beside[0]].word,
                            suite->subjects[suite->beside[1]].word};
    printf("\n%s: %s (%s)\n", row->word, row->help, unit_words[row->unit]);
    printf("  %-16s %11s %11s %11s", "", "median", "least", "most");
    printf(" %*s%s", 9 - (int)strlen(beside[0]), "x ", beside[0]);
    printf(" %*s%s", 9 - (int)strlen(beside[1]), "x ", beside[1]);
    printf(" %10s %*s%s\n", row->unit == KEPT ? "KiB" : "peak KiB", 9 - (int)strlen(beside[0]),
           "x ", beside[0]);
    for (unsigned one = 0; one < suite->subject_count; one++)
        if (figures->at[workload][one].is_there || figures->at[workload][one].complaint[0])
            show_line(figures, workload, one);
}

void show_tables(const struct figures *figures)
{
    for (unsigned workload = 0; workload < figures->suite->workload_count; workload++)
        for (unsigned one = 0; one < figures->suite->subject_count; one++)
            if (figures->at[workload][one].is_there) {
                show_table(figures, workload);
                break;
            }
}

/* 0.0123 is told from 0.0089: three digits that count. */
static int digits_of(double figure)
{
    return figure < 0.1 ? 4 : figure < 1 ? 3 : 2;
}

void show_goals(const struct figures *figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    unsigned met = 0;
    unsigned count = goals_judge(figures, verdicts);
    if (count > 0)
        printf("\n%-48s %8s    %-8s\n", figures->suite->goals_title, "figure", "goal");
    for (unsigned i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        printf("  %-46s %8.*f %s %-6.*f %s%s%s%s\n", verdict->what, digits_of(verdict->figure),
               verdict->figure, verdict->at_least ? ">=" : "<=", digits_of(verdict->goal),
               verdict->goal, verdict->is_met ? "met" : "NOT MET", verdict->where[0] ? " (" : "",
               verdict->where, verdict->where[0] ? ")" : "");
        met += verdict->is_met;
    }
    if (count > 0)
        printf("%u of %u goals met\n", met, count);
}

void show_goals_markdown(const struct figures *figures)
{
    struct verdict verdicts[VERDICTS_MAX];
    unsigned count = goals_judge(figures, verdicts);
    printf("\n| goal | figure | limit | |\n| --- | ---: | ---: | --- |\n");
    for (unsigned i = 0; i < count; i++)
        printf("| %s%s%s%s | %.*f | %s %.*f | %s |\n", verdicts[i].what,
               verdicts[i].where[0] ? " (" : "", verdicts[i].where, verdicts[i].where[0] ? ")" : "",
               digits_of(verdicts[i].figure), verdicts[i].figure, verdicts[i].at_least ? "≥" : "≤",
               digits_of(verdicts[i].goal), verdicts[i].goal,
               verdicts[i].is_met ? "met" : "not met");
}

bool show_is_known(const struct figures *figures, unsigned one)
{
    for (unsigned workload = 0; workload < figures->suite->workload_count; workload++)
        if (figures->at[workload][one].is_there)
            return true;
    return false;
}
