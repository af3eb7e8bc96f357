#include "bench/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 10, PAGE_KB = 4, LINE_BYTES = 1024 };

static volatile sig_atomic_t running; /* the tree's session, 0: none */

static void end_with_us(int signal_number)
{
    if (running > 0)
        kill(-running, SIGKILL);
    _exit(128 + signal_number);
}

static void become(const struct tree *tree)
{
    int output = open(tree->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int complaints = open(tree->complaints, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    setsid();
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (output >= 0 && complaints >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(complaints, STDERR_FILENO) >= 0)
        execv(tree->words[0], (char *const *)(uintptr_t)tree->words);
    _exit(127);
}

/* The number behind so many blanks; 0 where there are fewer. */
static long field_of(const char *line, unsigned blanks)
{
    while (blanks > 0 && *line != 0)
        blanks -= *line++ == ' ';
    return strtol(line, NULL, 10);
}

/* Resident KiB of a process when it is of the session, else 0. */
static long resident_of(const char *process, pid_t session)
{
    char path[64];
    char line[LINE_BYTES] = "";
    snprintf(path, sizeof path, "/proc/%.20s/stat", process);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    while (length > 0 && line[length] != ')') /* the name may hold anything */
        length--;
    /* ) state ppid pgrp session, and behind seventeen more the resident pages */
    enum { SESSION = 4, RESIDENT = 22 };
    if (length == 0 || field_of(line + length, SESSION) != session)
        return 0;
    return field_of(line + length, RESIDENT) * PAGE_KB;
}

static long resident_session(pid_t session)
{
    long sum = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            sum += resident_of(entry->d_name, session);
    if (folder)
        closedir(folder);
    return sum;
}

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec * 1e-6;
}

/* Waits for the child, looking at its session now and then. */
static bool watch(struct tree *tree, pid_t child, int *status)
{
    struct rusage usage;
    long looks = (long)tree->timeout_s * 1000 / LOOK_MS;
    pid_t ended;
    while ((ended = wait4(child, status, WNOHANG, &usage)) == 0) {
        long resident = resident_session(child);
        if (resident > tree->peak_kb)
            tree->peak_kb = resident;
        if (looks-- == 0) {
            tree->timed_out = true;
            kill(-child, SIGKILL);
        }
        nanosleep(&(struct timespec){0, LOOK_MS * 1000000L}, NULL);
    }
    if (ended != child)
        return false;
    tree->cpu_seconds = seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime);
    if (usage.ru_maxrss > tree->peak_kb) /* shorter than a look */
        tree->peak_kb = usage.ru_maxrss;
    return true;
}

bool tree_run(struct tree *tree)
{
    int status = 0;
    tree->peak_kb = 0;
    tree->timed_out = false;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signal(SIGTERM, end_with_us);
    signal(SIGINT, end_with_us);
    pid_t child = fork();
    if (child == 0)
        become(tree);
    running = child;
    if (child < 0 || !watch(tree, child, &status))
        return false;
    kill(-child, SIGKILL); /* what it left behind */
    while (waitpid(-1, NULL, 0) > 0)
        ;
    running = 0;
    tree->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return tree->exit_code != 127;
}
