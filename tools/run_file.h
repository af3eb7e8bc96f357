/* run_file.h - the file in which the processes under `expool run` count: expool/control.h. It has
 * no name and no descriptor in them; they open /proc/PID-OF-RUN/fd/N. */
#ifndef TOOLS_RUN_FILE_H
#define TOOLS_RUN_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct run_file {
    int descriptor;
    unsigned char *bytes; /* mapped */
    uint64_t size;
};

/* How a process ended, as far as it said: only its parent sees a signal. */
enum run_end {
    RUN_END_SILENT, /* without a word: killed, or by a crash */
    RUN_END_STATUS, /* by exit or _exit */
    RUN_END_GONE_ON /* it executed another program, or runs still */
};

/* What one process came to: a program image, or a forked child. */
struct run_process {
    const char *name;    /* of the program */
    const char *command; /* its words */
    unsigned pid;
    unsigned parent;
    bool is_first;  /* the program of `expool run` itself */
    bool is_forked; /* and executed nothing: its parent's part */
    enum run_end end;
    unsigned exit_status;
    uint64_t lasted_ms; /* 0: not known */
    uint64_t attempted;
    uint64_t guarded;
    uint64_t fallback; /* special pool was full */
    uint64_t findings; /* bug checks reported */
    uint64_t leaks;    /* blocks */
};

/* What all processes together came to. */
struct run_sum {
    unsigned processes; /* that took part: one for each program image */
    unsigned checked;   /* that allocated anything */
    unsigned counting;  /* of these, those that make a run one that checked something (scope.h) */
    unsigned without_room; /* that found the file full */
    uint64_t attempted;
    uint64_t guarded;
    uint64_t fallback;
    uint64_t findings;
    uint64_t leaks;
};

/* Makes one for `room` processes and names it in the environment. False after one line. */
bool run_file_make(struct run_file *file, unsigned room);

/* Calls for each process, in the order in which they started. What it is handed is valid until the
 * file is closed. */
typedef void run_file_take(void *context, const struct run_process *process);
void run_file_each(const struct run_file *file, run_file_take *take, void *context);

/* How many processes found the file full. */
unsigned run_file_without_room(const struct run_file *file);

/* enum expool_tier of the first process; 0 when there was none. */
unsigned run_file_tier(const struct run_file *file);

void run_file_close(struct run_file *file);

#endif
