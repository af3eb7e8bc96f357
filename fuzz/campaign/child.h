/* child.h - a process whose words we read line by line, and which does not outlive us. */
#ifndef FUZZ_CAMPAIGN_CHILD_H
#define FUZZ_CAMPAIGN_CHILD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { CHILD_LINE_BYTES = 4096 };

typedef void child_line(const char *line, void *context);

struct child {
    pid_t pid;  /* 0: there is none */
    int output; /* what it writes, to either output; -1 once that is closed */
    FILE *log;  /* a copy of it; NULL: none */
    bool log_failed;
    char line[CHILD_LINE_BYTES];
    size_t length;
};

/* What a child begins with. */
struct child_begin {
    const char *const *words;       /* program and arguments, NULL at the end */
    const char *const *environment; /* "NAME=value" set over ours, "NAME" unset; NULL at the end */
    const char *log;                /* made anew; NULL: no copy */
    bool is_placed; /* without random addresses: old sanitizers die of them at their start */
};

/* False, with errno, when it cannot be started. It is a process group of its own: what a terminal
 * sends to us does not reach it. */
bool child_start(struct child *child, const struct child_begin *begin);

/* Hands over the whole lines that are there; does not wait. */
void child_read(struct child *child, child_line *take, void *context);

/* True when it has ended; the last lines were handed over, `*status` is its exit code, 128 + signal
 * when one ended it. */
bool child_has_ended(struct child *child, child_line *take, void *context, int *status);

/* Sends it and what it started a signal. */
void child_signal(const struct child *child, int number);

/* Runs one to its end, at most `seconds`, then kills it; its exit code, 124 when the time was up,
 * 127 when it could not be started. Its words are handed over. */
struct child_run {
    struct child_begin begin;
    unsigned seconds;
    child_line *take; /* NULL: nobody listens */
    void *context;
};
int child_run(const struct child_run *run);

#endif
