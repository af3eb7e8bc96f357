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

/* What all processes together came to. */
struct run_sum {
    unsigned processes;    /* that took part: one for each program image */
    unsigned checked;      /* that allocated anything */
    unsigned without_room; /* that found the file full */
    uint64_t attempted;
    uint64_t guarded;
    uint64_t fallback; /* special pool was full */
    uint64_t findings; /* bug checks reported */
    uint64_t leaks;    /* blocks */
};

/* Makes one for `room` processes and names it in the environment. False after one line. */
bool run_file_make(struct run_file *file, unsigned room);

void run_file_sum(const struct run_file *file, struct run_sum *sum);

/* Calls for each process that found something. */
typedef void run_file_take(unsigned pid, const char *name, uint64_t findings, uint64_t leaks);
void run_file_each_finding(const struct run_file *file, run_file_take *take);

/* enum expool_tier of the first process; 0 when there was none. */
unsigned run_file_tier(const struct run_file *file);

void run_file_close(struct run_file *file);

#endif
