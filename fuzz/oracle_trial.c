#include "fuzz/oracle_trial.h"

#include "fuzz/seeded.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PATH_BYTES = 512,
    WORD_BYTES = 576,
    WORDS = 12,
    LONGEST_INPUT = 2056,
    HANG_SECONDS = 60, /* of one input */
    IDLE_TIMES = 30,   /* the wall clock may say so many times what the processor's does */
    EXIT_NOT_RUN = 126,
};

struct command {
    char word[WORDS][WORD_BYTES];
    char *list[WORDS + 1];
};

static bool say(const struct oracle_order *order, const char *what)
{
    fprintf(stderr, "oracle: %s, seed %u: %s; all it printed: %s/output\n", order->program,
            order->seed, what, order->folder);
    return false;
}

static void build_command(const struct oracle_order *order, struct command *command)
{
    char(*word)[WORD_BYTES] = command->word;
    unsigned count = 0;
    snprintf(word[count++], WORD_BYTES, "%s", order->program);
    if (order->side == ORACLE_CONTROL) {
        snprintf(word[count++], WORD_BYTES, "%" PRIu64, order->executions);
        snprintf(word[count++], WORD_BYTES, "%u", order->seed);
    } else {
        snprintf(word[count++], WORD_BYTES, "-runs=%" PRIu64, order->executions);
        snprintf(word[count++], WORD_BYTES, "-seed=%u", order->seed);
        snprintf(word[count++], WORD_BYTES, "-max_len=%d", LONGEST_INPUT);
        snprintf(word[count++], WORD_BYTES, "-len_control=0");
        snprintf(word[count++], WORD_BYTES, "-entropic=0"); /* as the campaign */
        snprintf(word[count++], WORD_BYTES, "-timeout=%d", HANG_SECONDS);
        snprintf(word[count++], WORD_BYTES, "-rss_limit_mb=4096");
        snprintf(word[count++], WORD_BYTES, "-artifact_prefix=%s/", order->folder);
        if (order->seeds != NULL)
            snprintf(word[count++], WORD_BYTES, "-seed_inputs=@%s", order->seeds);
    }
    for (unsigned i = 0; i < count; i++)
        command->list[i] = word[i];
    command->list[count] = NULL;
}

/* The fault's counts begin at zero. */
static bool make_counts(const char *path)
{
    struct seeded_counts none = {0};
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
    bool done = file >= 0 && write(file, &none, sizeof none) == (ssize_t)sizeof none;
    return file >= 0 && close(file) == 0 && done;
}

static bool read_counts(const char *path, struct seeded_counts *counts)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool done = file >= 0 && read(file, counts, sizeof *counts) == (ssize_t)sizeof *counts;
    if (file >= 0)
        close(file);
    return done;
}

static void limit_cpu(double seconds)
{
    rlim_t limit = (rlim_t)seconds + 1;
    struct rlimit limits = {limit, limit + 1};
    setrlimit(RLIMIT_CPU, &limits);
    limits = (struct rlimit){0, 0};
    setrlimit(RLIMIT_CORE, &limits);
}

/* The child: the same seed gives the same course, so addresses are the same, too. */
static _Noreturn void become(const struct oracle_order *order, const struct command *command,
                             const char *counts)
{
    char path[PATH_BYTES];
    char options[WORD_BYTES];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(path, sizeof path, "%s/output", order->folder);
    snprintf(options, sizeof options, "seed=%u", order->seed);
    int output = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0666);
    if (output < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0 ||
        setenv("EXPOOL_SEEDED", counts, 1) != 0 || setenv("EXPOOL_OPTIONS", options, 1) != 0 ||
        unsetenv("EXPOOL_FUZZ_KNOWN") != 0 || unsetenv("EXPOOL_FUZZ_STATS") != 0)
        _exit(EXIT_NOT_RUN);
    (void)personality(ADDR_NO_RANDOMIZE);
    limit_cpu(order->cpu_seconds);
    execv(command->list[0], command->list);
    fprintf(stderr, "oracle: %s: %s\n", command->list[0], strerror(errno));
    _exit(EXIT_NOT_RUN);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* A child that sleeps uses no processor time: it ends, too. */
static int wait_for(pid_t child, const struct oracle_order *order, struct oracle_trial *trial)
{
    static const struct timespec moment = {0, 2000000};
    struct rusage usage = {0};
    double began = seconds_now();
    double most = order->cpu_seconds * IDLE_TIMES + HANG_SECONDS;
    int status = 0;
    while (wait4(child, &status, WNOHANG, &usage) == 0) {
        if (seconds_now() - began > most)
            kill(child, SIGXCPU);
        nanosleep(&moment, NULL);
    }
    trial->seconds = seconds_now() - began;
    trial->cpu_seconds = seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime);
    return status;
}

/* What the end of the program says; false: nothing of the fault. */
static bool judge_end(const struct oracle_order *order, int status, struct oracle_trial *trial)
{
    char path[PATH_BYTES];
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    snprintf(path, sizeof path, "%s/output", order->folder);
    trial->is_cut = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
    if (trial->is_cut || (WIFEXITED(status) && code == 0))
        return true;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return say(order, "killed from outside");
    trial->is_detected = oracle_key_read(path, trial->key);
    if (!trial->is_detected && WIFSIGNALED(status)) {
        snprintf(trial->key, sizeof trial->key, "signal %d", WTERMSIG(status));
        trial->is_detected = true;
    }
    return trial->is_detected || say(order, "ended in a way that is no verdict");
}

bool oracle_trial_run(const struct oracle_order *order, struct oracle_trial *trial)
{
    char counts_path[PATH_BYTES];
    struct command command;
    struct seeded_counts counts;
    *trial = (struct oracle_trial){.is_detected = false};
    snprintf(counts_path, sizeof counts_path, "%s/counts", order->folder);
    build_command(order, &command);
    if (!make_counts(counts_path))
        return say(order, strerror(errno));
    pid_t child = fork();
    if (child < 0)
        return say(order, strerror(errno));
    if (child == 0)
        become(order, &command, counts_path);
    int status = wait_for(child, order, trial);
    if (!judge_end(order, status, trial))
        return false;
    if (!read_counts(counts_path, &counts) || counts.executions == 0)
        return say(order, "it counted nothing");
    trial->executions = counts.executions;
    trial->reached = counts.reached;
    trial->triggered = counts.triggered;
    trial->reached_at = counts.reached_at;
    trial->triggered_at = counts.triggered_at;
    return true;
}
