#include "bench/pool_bench.h"

#include "bench/json.h"
#include "bench/os_process.h"
#include "bench/pool_words.h"
#include "bench/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ROUNDS_FULL = 5,
    ROUNDS_SCALE = 3,
    TIMEOUT_QUICK_S = 10,
    TIMEOUT_S = 120,
    BUDGET_QUICK_S = 45,
    COMPLAINT_BYTES = 160,
};

static const char json_path[] = "build/bench/pool.json";
static const char part_path[] = "build/bench/pool-part.json"; /* some subjects only */

struct bench {
    const char *folder;
    struct settings settings;
    unsigned rounds; /* that ran, at most */
    struct samples samples[WORKLOAD_COUNT][SUBJECT_COUNT];
    char complaint[WORKLOAD_COUNT][SUBJECT_COUNT][COMPLAINT_BYTES];
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

/* The number behind `word` in a text; -1 when it is not there. */
static double number_behind(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    return found ? strtod(found + strlen(word), NULL) : -1;
}

/* False, and run->process says why, when it gave no figures. */
static bool run_once(const struct bench *bench, struct run *run)
{
    char program[SUBJECT_PATH_MAX + 64];
    char preload[SUBJECT_PATH_MAX + 16] = "LD_PRELOAD";
    const char *words[] = {program, run->workload, run->seconds,
                           bench->settings.is_quick ? "1" : "0", NULL};
    const char *environment[] = {"EXPOOL_OPTIONS", "GLIBC_TUNABLES", preload,
                                 run->subject->environment, NULL};
    snprintf(program, sizeof program, "%s/%s", bench->folder, run->subject->program);
    if (run->subject->library[0])
        snprintf(preload, sizeof preload, "LD_PRELOAD=%s", run->subject->library);
    run->process.words = words;
    run->process.environment = environment;
    run->process.timeout_s = bench->settings.is_quick ? TIMEOUT_QUICK_S : TIMEOUT_S;
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
    for (unsigned one = 0; one < SUBJECT_COUNT; one++) {
        static struct run run;
        run = (struct run){.subject = &subjects[one], .workload = "pair64", .seconds = "0.001"};
        if (!settings_want_subject(&bench->settings, one) || run_once(bench, &run))
            continue;
        subjects[one].is_there = false;
        printf("%s does not run: %s\n", subjects[one].word, reason_of(&run.process));
    }
}

static void measure(struct bench *bench, enum workload_id workload, enum subject_id one,
                    unsigned round)
{
    static struct run run;
    char seconds[32];
    if (bench->settings.seconds > 0)
        snprintf(seconds, sizeof seconds, "%ld", bench->settings.seconds);
    else
        snprintf(seconds, sizeof seconds, bench->settings.is_quick ? "0.05" : "0.3");
    run = (struct run){
        .subject = &subjects[one], .workload = workload_rows[workload].word, .seconds = seconds};
    if (run_once(bench, &run)) {
        bench->samples[workload][one].ns[round] = run.ns;
        bench->samples[workload][one].peak_kb[round] = run.peak_kb;
    } else {
        snprintf(bench->complaint[workload][one], COMPLAINT_BYTES, "%s", reason_of(&run.process));
    }
}

static void run_round(struct bench *bench, enum group group, unsigned round)
{
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++) {
        if (workload_rows[workload].group != group ||
            !settings_want_workload(&bench->settings, workload))
            continue;
        for (unsigned one = 0; one < SUBJECT_COUNT; one++)
            if (settings_want_subject(&bench->settings, one) && !bench->complaint[workload][one][0])
                measure(bench, workload, one, round);
    }
}

static bool wants_group(const struct settings *settings, enum group group)
{
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        if (workload_rows[workload].group == group && settings_want_workload(settings, workload))
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
        fprintf(stderr, "bench pool: %s rows, round %u of %u, %.0f s\n",
                group == MAIN ? "main" : "scaling", round + 1, rounds, now - began);
        if (bench->settings.is_quick && next_ends - began > BUDGET_QUICK_S)
            break;
    }
}

/* Names every (workload, subject) that gave no figure; returns how many are the pool's own. */
static unsigned name_failures(const struct bench *bench)
{
    unsigned count = 0;
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        for (unsigned one = 0; one < SUBJECT_COUNT; one++)
            if (bench->complaint[workload][one][0]) {
                printf("failed: %s on %s: %s\n", subjects[one].word, workload_rows[workload].word,
                       bench->complaint[workload][one]);
                count += subjects[one].kind == KIND_OURS;
            }
    return count;
}

static bool is_measured(const struct figures *figures, enum subject_id one)
{
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        if (figures->at[workload][one].is_there)
            return true;
    return false;
}

/* A run of some workloads leaves the other rows of the file as they are. */
static bool keep(const struct settings *settings, const struct figures *figures, const char *path)
{
    static struct figures all;
    bool is_whole = !settings->names_workloads && !settings->is_scale;
    if (is_whole || !json_read(path, &all))
        return json_write(path, figures);
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        if (settings_want_workload(settings, workload))
            memcpy(all.at[workload], figures->at[workload], sizeof all.at[workload]);
    return json_write(path, &all);
}

/* Writes and shows; returns the exit code. */
static int tell(const struct bench *bench)
{
    static struct figures figures;
    const char *path = bench->settings.names_subjects ? part_path : json_path;
    figures_from(&figures, &bench->samples[0][0], bench->rounds);
    show_tables(&figures);
    show_goals(&figures);
    unsigned failures = name_failures(bench);
    subjects_name_missing();
    bool is_any = false;
    for (unsigned one = 0; one < SUBJECT_COUNT; one++)
        is_any |= is_measured(&figures, one);
    if (!is_any) {
        fprintf(stderr, "bench pool: nothing was measured\n");
        return 1;
    }
    if (!keep(&bench->settings, &figures, path)) {
        fprintf(stderr, "bench pool: cannot write %s\n", path);
        return 1;
    }
    printf("medians of %u rounds, ratios round by round, in %s\n", bench->rounds, path);
    return failures > 0;
}

static int retell(void)
{
    static struct figures figures;
    if (!json_read(json_path, &figures)) {
        fprintf(stderr, "bench pool: no %s yet; ./build.sh bench pool writes it\n", json_path);
        return 1;
    }
    show_markdown(&figures);
    return 0;
}

int pool_bench(const char *folder, int count, char **words)
{
    static struct bench bench;
    bench.folder = folder;
    if (!settings_read(&bench.settings, count, words))
        return 2;
    if (bench.settings.is_markdown)
        return retell();
    subjects_look(folder);
    try_subjects(&bench);
    run_group(&bench, MAIN, bench.settings.is_quick ? ROUNDS_SCALE : ROUNDS_FULL);
    run_group(&bench, SCALE, ROUNDS_SCALE);
    return tell(&bench);
}
