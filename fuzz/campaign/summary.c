#include "fuzz/campaign/summary.h"

#include "fuzz/campaign/build.h"
#include "fuzz/campaign/corpus.h"
#include "fuzz/campaign/plot.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

enum { PLOT_COLUMNS = 48, NUMBER_BYTES = 24 };

static void print_table(const struct campaign *campaign)
{
    printf("\n%-16s %-5s %12s %9s %14s %11s %11s %6s %6s %6s %9s %7s\n", "target", "build",
           "executions", "per-s", "operations", "injected", "detected", "wrong", "missed", "false",
           "coverage", "corpus");
    for (unsigned i = 0; i < campaign->fuzzer_count; i++) {
        const struct fuzzer *fuzzer = &campaign->fuzzers[i];
        double seconds = fuzzer->seconds > 0 ? fuzzer->seconds : 1;
        if (fuzzer->starts == 0) {
            printf("%-16s %-5s no time for it\n", fuzzer->target, build_rows[fuzzer->build].word);
            continue;
        }
        printf("%-16s %-5s %12" PRIu64 " %9.0f %14" PRIu64 " %11" PRIu64 " %11" PRIu64 " %6" PRIu64
               " %6" PRIu64 " %6" PRIu64 " %9" PRIu64 " %7" PRIu64 "\n",
               fuzzer->target, build_rows[fuzzer->build].word, fuzzer_executions(fuzzer),
               (double)fuzzer_executions(fuzzer) / seconds, fuzzer_count(fuzzer, COUNT_OPERATIONS),
               fuzzer_count(fuzzer, COUNT_INJECTED), fuzzer_count(fuzzer, COUNT_DETECTED),
               fuzzer_count(fuzzer, COUNT_WRONG), fuzzer_count(fuzzer, COUNT_MISSED),
               fuzzer_count(fuzzer, COUNT_FALSE_ALARMS), fuzzer->coverage, fuzzer->corpus_size);
    }
}

static void print_bars(const struct fuzzer *fuzzer, double end, bool of_rate)
{
    static double times[POINTS_MAX];
    static double values[POINTS_MAX];
    char text[PLOT_BYTES];
    char most[NUMBER_BYTES];
    char low[NUMBER_BYTES];
    double greatest = 0;
    double least = 0;
    const struct series *series = &fuzzer->series;
    for (unsigned i = 0; i < series->count; i++) {
        times[i] = series->at[i].seconds;
        values[i] = of_rate ? series_rate(series, i) : series->at[i].coverage;
        greatest = values[i] > greatest ? values[i] : greatest;
        if (values[i] > 0 && (least <= 0 || values[i] < least))
            least = values[i];
    }
    plot_bars(&(struct plot){.times = times,
                             .values = values,
                             .count = series->count,
                             .end = end,
                             .low = of_rate ? 0 : least,
                             .columns = PLOT_COLUMNS,
                             .is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0},
              text);
    plot_number(greatest, most, sizeof most);
    plot_number(least, low, sizeof low);
    printf("%-16s %-5s |%s| ", fuzzer->target, build_rows[fuzzer->build].word, text);
    if (of_rate)
        printf("%s\n", most);
    else
        printf("%s to %s\n", low, most);
}

static void print_plots(const struct campaign *campaign)
{
    char whole[NUMBER_BYTES];
    double end = campaign->ended - campaign->began;
    setlocale(LC_CTYPE, "");
    plot_time(end, whole, sizeof whole);
    for (int of_rate = 0; of_rate < 2; of_rate++) {
        printf("\n%s over %s\n",
               of_rate ? "executions a second, up to" : "coverage, from the least to the most,",
               whole);
        for (unsigned i = 0; i < campaign->fuzzer_count; i++)
            if (campaign->fuzzers[i].series.count > 0)
                print_bars(&campaign->fuzzers[i], end, of_rate != 0);
    }
}

static void print_bugs(const struct campaign *campaign)
{
    for (unsigned i = 0; i < campaign->bugs.count; i++) {
        const struct bug *bug = &campaign->bugs.at[i];
        printf("\nBUG %u: %s\n  in %s %s after %.0f s, seen %u time%s\n", i + 1, bug->what,
               bug->target, bug->build, bug->seconds, bug->times, bug->times == 1 ? "" : "s");
        if (bug->folder[0] != 0)
            printf("  program, C reproducer and report: %s/\n", bug->folder);
        if (bug->note[0] != 0)
            printf("  %s\n", bug->note);
        if (bug->input[0] != 0)
            printf("  ./build.sh replay --print %s\n", bug->input);
        else
            printf("  no input was saved\n");
        printf("  all it printed: %s\n", bug->log);
    }
    if (campaign->bugs.lost > 0)
        printf("\n%u more bugs: there was no room for their keys\n", campaign->bugs.lost);
}

static void print_idle(const struct campaign *campaign)
{
    for (unsigned i = 0; i < campaign->settings.target_count; i++)
        if (!campaign_has_checked(campaign, campaign->settings.targets[i]))
            printf("fuzz: %s checked nothing%s\n", campaign->settings.targets[i],
                   campaign->was_interrupted ? " before it was interrupted" : "");
}

void summary_print(const struct campaign *campaign)
{
    struct totals totals = {0};
    const uint64_t *at = totals.counts.at;
    campaign_totals(campaign, &totals);
    print_table(campaign);
    print_plots(campaign);
    print_bugs(campaign);
    printf("\ncorpus: %s/fuzz-corpus/   logs: %s/fuzz-work/   report: %s/fuzz/report.html\n",
           campaign->settings.folder, campaign->settings.folder, campaign->settings.folder);
    if (campaign->trouble[0] != 0)
        printf("fuzz: stopped: %s\n", campaign->trouble);
    print_idle(campaign);
    printf("fuzz: %u target%s, %.0f s%s: %" PRIu64 " executions, %" PRIu64 " operations, %" PRIu64
           " violations injected, %" PRIu64 " detected exactly, %" PRIu64 " wrong, %" PRIu64
           " missed, %" PRIu64 " false alarms; %u bug%s\n",
           campaign->settings.target_count, campaign->settings.target_count == 1 ? "" : "s",
           campaign->ended - campaign->began, campaign->was_interrupted ? " (interrupted)" : "",
           totals.executions, at[COUNT_OPERATIONS], at[COUNT_INJECTED], at[COUNT_DETECTED],
           at[COUNT_WRONG], at[COUNT_MISSED], at[COUNT_FALSE_ALARMS], campaign->bugs.count,
           campaign->bugs.count == 1 ? "" : "s");
}
