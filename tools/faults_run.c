/* faults_run.c - the runs of a sweep: several at once, each with a log, a state file and a limit of
 * time; what became of each. */
#include "tools/faults.h"

#include "tools/faults_log.h"
#include "tools/faults_state.h"
#include "tools/run_environment.h"
#include "tools/verb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PATH_BYTES = 512,
    OPTIONS_BYTES = 2048,
    LOG_MODE = 0600,
    NAP_NS = 20 * 1000 * 1000, /* how late a limit of time may be noticed */
    EXIT_BUG_CHECK = 196,
    JOBS_MAX = 256,
};

struct job {
    pid_t process; /* 0: none */
    struct faults_point *point;
    double started;
    bool is_late;
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void path_of(const struct faults_sweep *sweep, const struct faults_point *point,
                    const char *ending, char *path, size_t capacity)
{
    char name[sizeof point->name];
    (void)snprintf(name, sizeof name, "%s", point->name);
    for (char *blank = strchr(name, ' '); blank != NULL; blank = strchr(blank, ' '))
        *blank = '-';
    (void)snprintf(path, capacity, "%s/%s.%s", sweep->folder, name, ending);
}

void faults_state_path(const struct faults_sweep *sweep, const struct faults_point *point,
                       char *path, size_t capacity)
{
    path_of(sweep, point, "state", path, capacity);
}

void faults_open(struct faults_sweep *sweep)
{
    const char *folder = getenv("TMPDIR");
    size_t length = (size_t)snprintf(sweep->folder, sizeof sweep->folder, "%s/expool-faults.XXXXXX",
                                     folder == NULL || folder[0] == 0 ? "/tmp" : folder);
    if (length >= sizeof sweep->folder)
        die(EXIT_TROUBLE, "TMPDIR is too long a name: %s", folder);
    if (mkdtemp(sweep->folder) == NULL)
        die(EXIT_TROUBLE, "%s: %s", sweep->folder, strerror(errno));
}

void faults_close(struct faults_sweep *sweep)
{
    DIR *folder = opendir(sweep->folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        (void)closedir(folder);
    (void)rmdir(sweep->folder);
}

/* As `expool run` would set it, with what the sweep needs behind what the user wants. */
static bool set_environment(const struct faults_sweep *sweep, const struct faults_point *point)
{
    char state[PATH_BYTES];
    char text[OPTIONS_BYTES];
    faults_state_path(sweep, point, state, sizeof state);
    size_t length = (size_t)snprintf(
        text, sizeof text,
        "leaks=at_exit:%s:on_bugcheck=exit:seed=%llu:low_resources='%s;state=%s'", sweep->options,
        (unsigned long long)(point->seed != 0 ? point->seed : sweep->seed), point->words, state);
    return length < sizeof text && run_environment_set(&sweep->program, text);
}

static void redirect(const char *path, int flags, int descriptor)
{
    int file = open(path, flags, LOG_MODE);
    if (file >= 0)
        (void)dup2(file, descriptor);
    if (file > STDERR_FILENO)
        (void)close(file);
}

static _Noreturn void become_program(const struct faults_sweep *sweep,
                                     const struct faults_point *point, const sigset_t *signals)
{
    const struct rlimit none = {0, 0};
    char log[PATH_BYTES];
    path_of(sweep, point, "log", log, sizeof log);
    (void)setpgid(0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)sigprocmask(SIG_UNBLOCK, signals, NULL);
    redirect(sweep->input, O_RDONLY, STDIN_FILENO);
    redirect("/dev/null", O_WRONLY, STDOUT_FILENO);
    redirect(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, STDERR_FILENO);
    if (set_environment(sweep, point))
        (void)execv(sweep->program.path, sweep->command);
    say("'%s': %s", sweep->command[0], strerror(errno));
    _exit(EXIT_CANNOT_EXECUTE);
}

static void start(const struct faults_sweep *sweep, struct faults_point *point, struct job *job,
                  const sigset_t *signals)
{
    *job = (struct job){.point = point, .started = now()};
    (void)fflush(NULL);
    job->process = fork();
    if (job->process < 0)
        die(EXIT_TROUBLE, "fork: %s", strerror(errno));
    if (job->process == 0)
        become_program(sweep, point, signals);
    (void)setpgid(job->process, job->process);
}

/* Did anything fail? What failed first is where the run says so and nobody knew. */
static bool was_met(const struct faults_sweep *sweep, struct faults_point *point)
{
    char path[PATH_BYTES];
    struct faults_state state;
    faults_state_path(sweep, point, path, sizeof path);
    bool is_met = faults_state_read(path, &state) && state.count > 0;
    if (is_met && point->frames == NULL)
        point->frames = strdup(state.stacks[0].frames);
    faults_state_free(&state);
    return is_met;
}

/* `sh -c` ends so when what it ran was ended by a signal. */
static bool is_shells_word_for_a_crash(int exit_code)
{
    enum { SIGNALLED = 128 };
    static const int crash[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    for (unsigned i = 0; i < sizeof crash / sizeof crash[0]; i++)
        if (exit_code == SIGNALLED + crash[i])
            return true;
    return false;
}

static enum faults_outcome outcome_of(const struct faults_sweep *sweep, const struct job *job,
                                      const struct faults_log *log)
{
    struct faults_point *point = job->point;
    bool is_met = point == &sweep->base || was_met(sweep, point);
    if (job->is_late)
        return OUTCOME_HUNG;
    if (log->bug_checks > 0 || point->exit_code == EXIT_BUG_CHECK)
        return OUTCOME_BUG_CHECK;
    if (point->signal != 0 || is_shells_word_for_a_crash(point->exit_code))
        return OUTCOME_CRASHED;
    if (!is_met)
        return OUTCOME_NOT_MET;
    return log->leaked_blocks > sweep->base.leaked_blocks ? OUTCOME_LEAKED : OUTCOME_SURVIVED;
}

/* The program's children that outlive it go with it: nobody waits for them here. */
static void finish(const struct faults_sweep *sweep, struct job *job, int status)
{
    char path[PATH_BYTES];
    struct faults_log log;
    struct faults_point *point = job->point;
    (void)kill(-job->process, SIGKILL);
    point->seconds = now() - job->started;
    point->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    point->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    path_of(sweep, point, "log", path, sizeof path);
    faults_log_read(path, &log);
    point->leaked_blocks = log.leaked_blocks;
    (void)snprintf(point->summary, sizeof point->summary, "%s", log.summary);
    (void)snprintf(point->refusal, sizeof point->refusal, "%s", log.refusal);
    point->outcome = outcome_of(sweep, job, &log);
    if (!sweep->common.is_verbose)
        (void)unlink(path);
    job->process = 0;
}

static void collect(const struct faults_sweep *sweep, struct job *jobs)
{
    for (unsigned i = 0; i < sweep->jobs; i++) {
        int status;
        struct job *job = &jobs[i];
        if (job->process == 0)
            continue;
        if (waitpid(job->process, &status, WNOHANG) == job->process)
            finish(sweep, job, status);
        else if (!job->is_late && sweep->timeout_s > 0 && now() - job->started > sweep->timeout_s) {
            job->is_late = true;
            (void)kill(-job->process, SIGKILL);
        }
    }
}

static bool is_busy(const struct faults_sweep *sweep, const struct job *jobs,
                    const struct faults_point *point)
{
    for (unsigned i = 0; i < sweep->jobs; i++)
        if (jobs[i].process != 0 && (point == NULL || jobs[i].point == point))
            return true;
    return false;
}

static struct job *free_job(const struct faults_sweep *sweep, struct job *jobs)
{
    for (unsigned i = 0; i < sweep->jobs; i++)
        if (jobs[i].process == 0)
            return &jobs[i];
    return NULL;
}

static void kill_all(const struct faults_sweep *sweep, struct job *jobs)
{
    for (unsigned i = 0; i < sweep->jobs; i++)
        if (jobs[i].process != 0) {
            (void)kill(-jobs[i].process, SIGKILL);
            (void)waitpid(jobs[i].process, NULL, 0);
        }
}

bool faults_run(const struct faults_sweep *sweep, struct faults_point *points, size_t count,
                faults_done *done)
{
    static struct job jobs[JOBS_MAX];
    static const struct timespec nap = {.tv_nsec = NAP_NS};
    sigset_t signals;
    size_t started = 0;
    size_t told = 0;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGCHLD);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    while (told < count) {
        for (struct job *job; started < count && (job = free_job(sweep, jobs)) != NULL; started++)
            start(sweep, &points[started], job, &signals);
        int signal = sigtimedwait(&signals, NULL, &nap);
        if (signal == SIGINT || signal == SIGTERM) {
            kill_all(sweep, jobs);
            return false;
        }
        collect(sweep, jobs);
        for (; told < started && !is_busy(sweep, jobs, &points[told]); told++)
            done(sweep, &points[told]);
    }
    return true;
}
