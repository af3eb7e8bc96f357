#include "bench/runner.h"

#include "bench/json.h"
#include "bench/os_process.h"
#include "bench/settings.h"
#include "bench/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROUNDS_SCALE = 3,
    TIMEOUT_S = 120,
    BUDGET_QUICK_S = 45,
    COMPLAINT_BYTES = 160,
    PATH_BYTES = 64,
};

struct bench {
    const struct suite *suite;
    const char *folder;
    struct settings settings;
    unsigned rounds; /* that ran, at most */
    struct sample_table samples;
    char complaint[WORKLOADS_MAX][SUBJECTS_MAX][COMPLAINT_BYTES];
    long died_at[SUBJECTS_MAX]; /* the fewest live blocks that ended it; 0: none have */
    bool died[WORKLOADS_MAX][SUBJECTS_MAX];
};

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* One workload run once by one subject. */
struct run {
    const struct subject *subject;
    const char *workload;
    const char *seconds;
    struct process process;
    double ns;
    double peak_kb;
};

/* The number behind the last `word` in a text; -1 when it is not there. */
static double number_behind(const char *text, const char *word)
{
    const char *found = NULL;
    for (const char *next = text; (next = strstr(next, word)) != NULL; next += strlen(word))
        found = next;
    return found ? strtod(found + strlen(word), NULL) : -1;
}

/* False, and run->process says why, when it gave no figures. */
static bool run_once(const struct bench *bench, struct run *run)
{
    static struct subject_run command;
    const char *words[] = {run->workload, run->seconds, bench->settings.is_quick ? "1" : "0", NULL};
    subject_command(run->subject, bench->folder, words, &command, &run->process);
    run->process.timeout_s = TIMEOUT_S;
    if (!process_run(&run->process) || run->process.timed_out || run->process.exit_code != 0)
        return false;
    run->ns = number_behind(run->process.text, " ns ");
    run->peak_kb = number_behind(run->process.text, " peak_kb ");
    /* The loader goes on, after a line, without a library it cannot load. */
    return !strstr(run->process.text, "ld.so:") && run->ns >= 0 && run->peak_kb > 0;
}

static const char *reason_of(struct process *process)
{
    static char reason[COMPLAINT_BYTES];
    process->text[strcspn(process->text, "\n")] = 0;
    if (process->timed_out)
        snprintf(reason, sizeof reason, "not done within %u s", process->timeout_s);
    else
        snprintf(reason, sizeof reason, "exit %d, %.120s", process->exit_code, process->text);
    return reason;
}

/* Who cannot run at all is named and left out: a peer that does not load, options unknown here. */
static void try_subjects(const struct bench *bench)
{
    for (unsigned one = 0; one < bench->suite->subject_count; one++) {
        static struct run run;
        struct subject *subject = &bench->suite->subjects[one];
        run = (struct run){.subject = subject, .workload = bench->suite->trial, .seconds = "0.001"};
        if (!settings_want_subject(&bench->settings, one) || run_once(bench, &run))
            continue;
        subject->is_there = false;
        printf("%s does not run: %s\n", subject->word, reason_of(&run.process));
    }
}

static void complain(struct bench *bench, unsigned workload, unsigned one, struct run *run)
{
    long live = (long)number_behind(run->process.text, "live-now ");
    char *complaint = bench->complaint[workload][one];
    bench->died[workload][one] = live > 0 && !run->process.timed_out;
    if (!bench->died[workload][one]) {
        snprintf(complaint, COMPLAINT_BYTES, "%s", reason_of(&run->process));
        return;
    }
    if (bench->died_at[one] == 0 || live < bench->died_at[one])
        bench->died_at[one] = live;
    snprintf(complaint, COMPLAINT_BYTES, "dies at %ld live blocks", live);
}

/* Who died of fewer live blocks need not be asked again. */
static bool would_die(struct bench *bench, unsigned workload, unsigned one)
{
    long limit = bench->died_at[one];
    if (limit == 0 || bench->suite->workloads[workload].live <= limit)
        return false;
    bench->died[workload][one] = true;
    snprintf(bench->complaint[workload][one], COMPLAINT_BYTES, "dies at %ld live blocks", limit);
    return true;
}

static void measure(struct bench *bench, unsigned workload, unsigned one, unsigned round)
{
    static struct run run;
    char seconds[32];
    struct samples *samples = &bench->samples.at[workload][one];
    if (bench->settings.seconds > 0)
        snprintf(seconds, sizeof seconds, "%ld", bench->settings.seconds);
    else
        snprintf(seconds, sizeof seconds, bench->settings.is_quick ? "0.05" : "0.3");
    run = (struct run){.subject = &bench->suite->subjects[one],
                       .workload = bench->suite->workloads[workload].word,
                       .seconds = seconds};
    if (!run_once(bench, &run)) {
        complain(bench, workload, one, &run);
        return;
    }
    samples->ns[round] = run.ns;
    samples->peak_kb[round] = run.peak_kb;
    if (bench->suite->workloads[workload].unit == GROWN) {
        samples->live_bytes[round] = number_behind(run.process.text, " live_bytes ");
        samples->dead_bytes[round] = number_behind(run.process.text, " dead_bytes ");
    }
}

/* A quick run leaves out what only takes long. */
static bool is_too_long(const struct bench *bench, unsigned workload, unsigned one)
{
    unsigned limit = bench->suite->subjects[one].quick_live;
    if (!bench->settings.is_quick || bench->settings.names_workloads)
        return false;
    return bench->suite->subjects[one].is_slow ||
           (limit > 0 && bench->suite->workloads[workload].live > limit);
}

static void run_round(struct bench *bench, enum group group, unsigned round)
{
    for (unsigned workload = 0; workload < bench->suite->workload_count; workload++) {
        if (bench->suite->workloads[workload].group != group ||
            !settings_want_workload(&bench->settings, workload))
            continue;
        for (unsigned one = 0; one < bench->suite->subject_count; one++)
            if (settings_want_subject(&bench->settings, one) &&
                suite_has(bench->suite, workload, one) &&
                (round == 0 || !bench->suite->subjects[one].is_slow) &&
                !is_too_long(bench, workload, one) && !bench->complaint[workload][one][0] &&
                !would_die(bench, workload, one))
                measure(bench, workload, one, round);
    }
}

static bool wants_group(const struct settings *settings, enum group group)
{
    for (unsigned workload = 0; workload < settings->suite->workload_count; workload++)
        if (settings->suite->workloads[workload].group == group &&
            settings_want_workload(settings, workload))
            return true;
    return false;
}

/* All rounds of a group; in a quick run as many as fit. */
static void run_group(struct bench *bench, enum group group, unsigned rounds)
{
    double began = now_seconds();
    if (bench->settings.rounds > 0)
        rounds = (unsigned)bench->settings.rounds;
    for (unsigned round = 0; round < rounds && wants_group(&bench->settings, group); round++) {
        double round_began = now_seconds();
        run_round(bench, group, round);
        double now = now_seconds();
        double next_ends = 2 * now - round_began;
        bench->rounds = round + 1 > bench->rounds ? round + 1 : bench->rounds;
        fprintf(stderr, "bench %s: %s rows, round %u of %u, %.0f s\n", bench->suite->word,
                group == MAIN ? "main" : "scaling", round + 1, rounds, now - began);
        if (bench->settings.is_quick && next_ends - began > BUDGET_QUICK_S)
            break;
    }
}

/* Names every (workload, subject) that gave no figure; returns how many are the pool's own. */
static unsigned name_failures(const struct bench *bench)
{
    unsigned count = 0;
    for (unsigned workload = 0; workload < bench->suite->workload_count; workload++)
        for (unsigned one = 0; one < bench->suite->subject_count; one++) {
            const struct subject *subject = &bench->suite->subjects[one];
            bool is_known =
                subject->kind != KIND_OURS || (subject->has_limit && bench->died[workload][one]);
            if (!bench->complaint[workload][one][0])
                continue;
            printf("%s%s on %s: %s\n", is_known ? "" : "failed: ", subject->word,
                   bench->suite->workloads[workload].word, bench->complaint[workload][one]);
            count += !is_known;
        }
    return count;
}

static bool is_any_measured(const struct figures *figures)
{
    for (unsigned workload = 0; workload < figures->suite->workload_count; workload++)
        for (unsigned one = 0; one < figures->suite->subject_count; one++)
            if (figures->at[workload][one].is_there)
                return true;
    return false;
}

/* Some subjects only: "-part". A run of some workloads leaves the other rows of the file alone. */
static bool keep(const struct settings *settings, const struct figures *figures, char *path)
{
    static struct figures all;
    bool is_whole = !settings->names_workloads && !settings->is_scale;
    snprintf(path, PATH_BYTES, "build/bench/%s%s.json", settings->suite->word,
             settings->names_subjects ? "-part" : "");
    if (is_whole || !json_read(path, settings->suite, &all))
        return json_write(path, figures);
    for (unsigned workload = 0; workload < settings->suite->workload_count; workload++)
        if (settings_want_workload(settings, workload))
            memcpy(all.at[workload], figures->at[workload], sizeof all.at[workload]);
    return json_write(path, &all);
}

static void add_complaints(const struct bench *bench, struct figures *figures)
{
    for (unsigned workload = 0; workload < bench->suite->workload_count; workload++)
        for (unsigned one = 0; one < bench->suite->subject_count; one++) {
            struct figure *figure = &figures->at[workload][one];
            if (bench->died[workload][one])
                figure->died_at = bench->died_at[one];
            snprintf(figure->complaint, sizeof figure->complaint, "%s",
                     bench->complaint[workload][one]);
        }
}

/* Writes and shows; returns the exit code. */
static int tell(const struct bench *bench)
{
    static struct figures figures;
    char path[PATH_BYTES];
    figures_from(&figures, bench->suite, &bench->samples, bench->rounds);
    add_complaints(bench, &figures);
    show_tables(&figures);
    show_goals(&figures);
    unsigned failures = name_failures(bench);
    suite_name_missing(bench->suite);
    if (!is_any_measured(&figures)) {
        fprintf(stderr, "bench %s: nothing was measured\n", bench->suite->word);
        return 1;
    }
    if (!keep(&bench->settings, &figures, path)) {
        fprintf(stderr, "bench %s: cannot write %s\n", bench->suite->word, path);
        return 1;
    }
    printf("medians of %u rounds, ratios round by round, in %s\n", bench->rounds, path);
    return failures > 0;
}

static int retell(const struct suite *suite)
{
    static struct figures figures;
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "build/bench/%s.json", suite->word);
    if (!json_read(path, suite, &figures)) {
        fprintf(stderr, "bench %s: no %s yet; ./build.sh bench %s writes it\n", suite->word, path,
                suite->word);
        return 1;
    }
    suite->show_markdown(&figures);
    return 0;
}

int suite_run(const struct suite *suite, const char *folder, int count, char **words)
{
    static struct bench bench;
    bench.suite = suite;
    bench.folder = folder;
    if (!settings_read(&bench.settings, suite, count, words))
        return 2;
    if (bench.settings.is_markdown)
        return retell(suite);
    suite_look(suite, folder);
    try_subjects(&bench);
    run_group(&bench, MAIN, bench.settings.is_quick ? ROUNDS_SCALE : suite->rounds);
    run_group(&bench, SCALE, ROUNDS_SCALE);
    return tell(&bench);
}
