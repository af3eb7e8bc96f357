#include "bench/pool_bench.h"

#include "bench/json.h"
#include "bench/os_process.h"
#include "bench/pool_words.h"
#include "bench/show.h"

#include <stdio.h>
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

/* Runs a workload once. False, and `process` says why, when it gave no figures. */
static bool run_once(const struct bench *bench, const struct subject *subject, const char *workload,
                     const char *seconds, struct process *process, double figures[2])
{
    char program[SUBJECT_PATH_MAX + 64], preload[SUBJECT_PATH_MAX + 16] = "LD_PRELOAD";
    const char *words[] = {program, workload, seconds, bench->settings.is_quick ? "1" : "0", NULL};
    const char *environment[] = {"EXPOOL_OPTIONS", "GLIBC_TUNABLES", preload, subject->environment,
                                 NULL};
    snprintf(program, sizeof program, "%s/%s", bench->folder, subject->program);
    if (subject->library[0])
        snprintf(preload, sizeof preload, "LD_PRELOAD=%s", subject->library);
    process->words = words;
    process->environment = environment;
    process->timeout_s = bench->settings.is_quick ? TIMEOUT_QUICK_S : TIMEOUT_S;
    return process_run(process) && !process->timed_out && process->exit_code == 0 &&
           sscanf(process->text, "%*s ns %lf peak_kb %lf", &figures[0], &figures[1]) == 2;
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
static void try_subjects(struct bench *bench)
{
    static struct process process;
    double figures[2];
    for (unsigned one = 0; one < SUBJECT_COUNT; one++) {
        if (!settings_want_subject(&bench->settings, one) ||
            run_once(bench, &subjects[one], "pair64", "0.001", &process, figures))
            continue;
        subjects[one].is_there = false;
        printf("%s does not run: %s\n", subjects[one].word, reason_of(&process));
    }
}

static void measure(struct bench *bench, enum workload_id workload, enum subject_id one,
                    unsigned round)
{
    static struct process process;
    char seconds[32];
    double figures[2];
    if (bench->settings.seconds > 0)
        snprintf(seconds, sizeof seconds, "%ld", bench->settings.seconds);
    else
        snprintf(seconds, sizeof seconds, bench->settings.is_quick ? "0.05" : "0.3");
    if (run_once(bench, &subjects[one], workload_rows[workload].word, seconds, &process, figures)) {
        bench->samples[workload][one].ns[round] = figures[0];
        bench->samples[workload][one].peak_kb[round] = figures[1];
    } else {
        snprintf(bench->complaint[workload][one], COMPLAINT_BYTES, "%s", reason_of(&process));
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
        double now = now_seconds(), next_ends = 2 * now - round_began;
        bench->rounds = round + 1 > bench->rounds ? round + 1 : bench->rounds;
        fprintf(stderr, "bench pool: %s rows, round %u of %u, %.0f s\n",
                group == MAIN ? "main" : "scaling", round + 1, rounds, now - began);
        if (bench->settings.is_quick && next_ends - began > BUDGET_QUICK_S)
            break;
    }
}

/* How many (workload, subject) gave no figure; each is named. */
static unsigned name_failures(const struct bench *bench)
{
    unsigned count = 0;
    for (unsigned workload = 0; workload < WORKLOAD_COUNT; workload++)
        for (unsigned one = 0; one < SUBJECT_COUNT; one++)
            if (bench->complaint[workload][one][0]) {
                printf("failed: %s on %s: %s\n", subjects[one].word, workload_rows[workload].word,
                       bench->complaint[workload][one]);
                count++;
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

/* Writes and shows; returns the exit code. */
static int tell(const struct bench *bench)
{
    static struct figures figures;
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
    if (!json_write(json_path, &figures)) {
        fprintf(stderr, "bench pool: cannot write %s\n", json_path);
        return 1;
    }
    printf("medians of %u rounds, ratios round by round, in %s\n", bench->rounds, json_path);
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
