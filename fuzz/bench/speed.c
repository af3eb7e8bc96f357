#include "fuzz/bench/speed.h"

#include "fuzz/campaign/child.h"
#include "fuzz/campaign/counts.h"
#include "fuzz/campaign/said.h"
#include "fuzz/campaign/words.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH_BYTES = 512, ROUNDS_MAX = 32, GRACE_SECONDS = 60, VALGRIND_SECONDS = 600 };
enum { OPERATIONS_EACH = 50 };

static const char stats_path[] = "build/bench/fuzz.stats";
static const char list_path[] = "build/bench/fuzz-inputs.list";
static const char asan_options[] = "ASAN_OPTIONS=quarantine_size_mb=10:allow_user_segv_handler=1:"
                                   "detect_leaks=0";

/* One program in one build, run in turns with the others. */
enum runner {
    RUN_EMPTY,
    RUN_POOL,
    RUN_EMPTY_ASAN,
    RUN_POOL_ASAN,
    RUN_VERIFIER_ASAN,
    RUN_PROTECT,
    RUN_COUNT,
};

static const struct runner_row {
    const char *program;
    const char *inputs;
    bool is_asan;
} runners[RUN_COUNT] = {
    [RUN_EMPTY] = {"build/fuzz/fuzz/bench_empty", "pool_seq", false},
    [RUN_POOL] = {"build/fuzz/fuzz/fuzz_pool_seq", "pool_seq", false},
    [RUN_EMPTY_ASAN] = {"build/fuzz-asan/fuzz/bench_empty", "pool_seq", true},
    [RUN_POOL_ASAN] = {"build/fuzz-asan/fuzz/fuzz_pool_seq", "pool_seq", true},
    [RUN_VERIFIER_ASAN] = {"build/fuzz-asan/fuzz/fuzz_verifier_seq", "verifier_seq", true},
    [RUN_PROTECT] = {"build/fuzz/fuzz/fuzz_verifier_protect", "verifier_protect", false},
};

struct sample {
    double executions; /* a second of the processor */
    double operations;
};

/* Of the processor, of all that ended so far: what others do on the machine is not in it. */
static double seconds_of_children(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void hear(const char *line, void *context)
{
    said_line(context, line);
}

/* The files of the folder, as the engine reads them: nothing is written back, as it would be to a
 * corpus of its own. In the first seconds most of what a file system can do goes into new inputs,
 * and every run begins alike. */
static bool list_inputs(const char *folder)
{
    char pattern[PATH_BYTES];
    glob_t files;
    words_put(pattern, sizeof pattern, "%s/*", folder);
    FILE *list = fopen(list_path, "w");
    if (list == NULL || glob(pattern, 0, NULL, &files) != 0) {
        fprintf(stderr, "bench fuzz: no inputs in %s, or %s cannot be written\n", folder,
                list_path);
        if (list != NULL)
            fclose(list);
        return false;
    }
    for (size_t i = 0; i < files.gl_pathc; i++)
        fprintf(list, "%s%s", i > 0 ? "," : "", files.gl_pathv[i]);
    globfree(&files);
    return fclose(list) == 0;
}

/* Figures of one run; none when it failed. */
static struct sample run(const struct runner_row *row, const struct speed_settings *settings)
{
    static struct said said;
    char inputs[PATH_BYTES];
    char time[64];
    char stats[PATH_BYTES];
    struct counts counts;
    const char *const words[] = {row->program,
                                 "-seed_inputs=@build/bench/fuzz-inputs.list",
                                 time,
                                 "-max_len=2056",
                                 "-len_control=0",
                                 "-entropic=0",
                                 "-print_final_stats=1",
                                 "-timeout=10",
                                 "-artifact_prefix=build/bench/",
                                 NULL};
    const char *const environment[] = {stats, asan_options, "EXPOOL_OPTIONS", NULL};
    memset(&said, 0, sizeof said);
    words_put(inputs, sizeof inputs, "%s/%s", settings->inputs, row->inputs);
    if (!list_inputs(inputs))
        return (struct sample){0};
    words_put(time, sizeof time, "-max_total_time=%u", settings->seconds);
    words_put(stats, sizeof stats, "EXPOOL_FUZZ_STATS=%s", stats_path);
    unlink(stats_path);
    double began = seconds_of_children();
    int status = child_run(&(struct child_run){.begin = {.words = words,
                                                         .environment = environment,
                                                         .log = "build/bench/fuzz.log",
                                                         .is_placed = row->is_asan},
                                               .seconds = settings->seconds + GRACE_SECONDS,
                                               .take = hear,
                                               .context = &said});
    double seconds = seconds_of_children() - began;
    if (status != 0) {
        fprintf(stderr, "bench fuzz: %s ended with %d: %s; its input is in build/bench\n",
                row->program, status, said.last);
        return (struct sample){0};
    }
    counts_read(&counts, stats_path);
    return (struct sample){(double)said_executions(&said) / seconds,
                           (double)counts.at[COUNT_OPERATIONS] / seconds};
}

static int by_value(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;
    return (a > b) - (a < b);
}

static double median(double *values, unsigned count)
{
    qsort(values, count, sizeof values[0], by_value);
    return count == 0 ? 0 : (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* The median over rounds of one's executions, of OPERATIONS_EACH operations, as a share of the
 * empty target's in the same round. */
static double share(struct sample samples[ROUNDS_MAX][RUN_COUNT], unsigned rounds, enum runner one,
                    enum runner empty)
{
    double values[ROUNDS_MAX] = {0};
    unsigned count = 0;
    for (unsigned i = 0; i < rounds; i++)
        if (samples[i][one].operations > 0 && samples[i][empty].executions > 0)
            values[count++] =
                samples[i][one].operations / OPERATIONS_EACH / samples[i][empty].executions;
    return median(values, count);
}

static double operations(struct sample samples[ROUNDS_MAX][RUN_COUNT], unsigned rounds,
                         enum runner one)
{
    double values[ROUNDS_MAX] = {0};
    unsigned count = 0;
    for (unsigned i = 0; i < rounds; i++)
        if (samples[i][one].operations > 0)
            values[count++] = samples[i][one].operations;
    return median(values, count);
}

static void judge(struct goal *goal, double limit, double figure)
{
    if (figure > 0)
        goal_at_least(goal, limit, figure);
    else
        goal_not_measured(goal, "no run of it ended well");
}

void speed_throughput(struct goals *goals, const struct speed_settings *settings)
{
    static struct sample samples[ROUNDS_MAX][RUN_COUNT];
    unsigned rounds = settings->rounds > ROUNDS_MAX ? ROUNDS_MAX : settings->rounds;
    for (unsigned i = 0; i < rounds; i++)
        for (unsigned j = 0; j < RUN_COUNT; j++)
            samples[i][j] = run(&runners[j], settings);
    judge(goal_add(goals, "G1",
                   "pool_seq, plain: executions of 50 operations, % of an empty target's"),
          2.5, 100 * share(samples, rounds, RUN_POOL, RUN_EMPTY));
    judge(goal_add(goals, "G1",
                   "pool_seq, ASan: executions of 50 operations, % of an empty target's"),
          1.5, 100 * share(samples, rounds, RUN_POOL_ASAN, RUN_EMPTY_ASAN));
    judge(goal_add(goals, "G3", "pool_seq, plain: operations a second of one processor"), 4e6,
          operations(samples, rounds, RUN_POOL));
    judge(
        goal_add(goals, "G3", "verifier_seq, ASan, recycle: operations a second of one processor"),
        1.5e6, operations(samples, rounds, RUN_VERIFIER_ASAN));
    judge(goal_add(goals, "G3", "verifier_protect, plain: operations a second of one processor"),
          8e4, operations(samples, rounds, RUN_PROTECT));
}

/* Costs of a line of callgrind's file go to the file named last; a line behind calls= counts what
 * the called ones cost, which have lines of their own. */
static bool read_profile(const char *path, double *library, double *all)
{
    char line[4096];
    bool is_ours = false;
    bool is_call = false;
    FILE *file = fopen(path, "r");
    *library = *all = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "fl=", 3) == 0 || strncmp(line, "fi=", 3) == 0 ||
            strncmp(line, "fe=", 3) == 0)
            is_ours = strstr(line, "/pool/") != NULL || strstr(line, "/verifier/") != NULL;
        if (strncmp(line, "calls=", 6) == 0) {
            is_call = true;
            continue;
        }
        if (line[0] < '0' || line[0] > '9')
            continue;
        const char *cost = strchr(line, ' ');
        double count = cost != NULL && !is_call ? strtod(cost, NULL) : 0;
        is_call = false;
        *all += count;
        *library += is_ours ? count : 0;
    }
    if (file != NULL)
        fclose(file);
    return *all > 0;
}

void speed_share(struct goals *goals)
{
    /* By itself callgrind knows the stack pointer only when an access faults: a page that comes
     * back in the handler resumes with other registers old. */
    static const char profile[] = "build/bench/fuzz.callgrind";
    const char *const words[] = {"valgrind",
                                 "--tool=callgrind",
                                 "--callgrind-out-file=build/bench/fuzz.callgrind",
                                 "--compress-strings=no",
                                 "--compress-pos=no",
                                 "--px-default=allregs-at-mem-access",
                                 "--px-file-backed=allregs-at-mem-access",
                                 "build/dev/fuzz/replay_pool_seq",
                                 "--generate",
                                 "2000",
                                 NULL};
    double library;
    double all;
    struct goal *goal = goal_add(
        goals, "G2", "pool_seq: instructions outside pool/ and verifier/, of all (callgrind)");
    unlink(profile);
    int status = child_run(
        &(struct child_run){.begin = {.words = words, .log = "build/bench/fuzz-callgrind.log"},
                            .seconds = VALGRIND_SECONDS});
    if (status != 0 || !read_profile(profile, &library, &all))
        goal_not_measured(goal, "callgrind ended with %d (apt-get install valgrind)", status);
    else
        goal_at_least(goal, 0.35, 1 - library / all);
}

/* "bugcheck 212", "fault 3100" */
struct costs {
    double bugcheck;
    double fault;
};

static void hear_cost(const char *line, void *context)
{
    struct costs *costs = context;
    if (strncmp(line, "bugcheck ", strlen("bugcheck ")) == 0)
        costs->bugcheck = strtod(line + strlen("bugcheck "), NULL);
    if (strncmp(line, "fault ", strlen("fault ")) == 0)
        costs->fault = strtod(line + strlen("fault "), NULL);
}

static void judge_costs(struct goals *goals, const char *build, const char *program)
{
    struct costs costs = {0};
    char what[GOAL_WHAT_BYTES];
    const char *const words[] = {program, NULL};
    const char *const environment[] = {asan_options, "EXPOOL_OPTIONS", NULL};
    int status = child_run(&(struct child_run){
        .begin = {.words = words, .environment = environment, .is_placed = true},
        .seconds = GRACE_SECONDS,
        .take = hear_cost,
        .context = &costs});
    words_put(what, sizeof what, "a bug check, %s: ns", build);
    struct goal *bugcheck = goal_add(goals, "G4", what);
    words_put(what, sizeof what, "a probed page fault, %s: ns", build);
    struct goal *fault = goal_add(goals, "G4", what);
    if (status == 0 && costs.bugcheck > 0)
        goal_at_most(bugcheck, 1000, costs.bugcheck);
    else
        goal_not_measured(bugcheck, "%s ended with %d", program, status);
    if (status == 0 && costs.fault > 0)
        goal_at_most(fault, 5000, costs.fault);
    else
        goal_not_measured(fault, "%s ended with %d", program, status);
}

void speed_costs(struct goals *goals)
{
    judge_costs(goals, "plain", "build/fuzz/fuzz/bench_costs");
    judge_costs(goals, "ASan", "build/fuzz-asan/fuzz/bench_costs");
}
