/* processes.h - verified processes, seen through their pages of expool/control.h: found by
 * /proc/PID/fd, without ptrace. */
#ifndef TOOLS_PROCESSES_H
#define TOOLS_PROCESSES_H

#include "expool/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid;                      /* as we see it */
    struct expool_control *control; /* mapped, read and write */
    const struct expool_counters *counters;
    void *mapping;
    size_t mapping_bytes;
};

const char *tier_name(uint32_t tier); /* "uffd" */

/* As the system shows it, 'R', 'T', 'Z'; 0: there is none. */
char process_state(pid_t pid);

/* The process's page. False, with errno: ESRCH no such process, EACCES not ours to look into,
 * ENOENT it is not verified. */
bool process_open(pid_t pid, struct process *process);
void process_close(struct process *process);

/* Every verified process that we may look into, by process id. The caller closes and frees them. */
size_t processes_list(struct process **list);

enum process_reply {
    REPLY_DONE,
    REPLY_REFUSED, /* control->answer_text says why */
    REPLY_LATER,   /* it has not called the pool since; it acts at its next call */
    REPLY_BUSY,    /* another request is waiting already */
};

/* Asks the process to act (enum expool_control_ask) and waits a moment for it. `text` may be
 * NULL. */
enum process_reply process_ask(struct process *process, uint32_t ask, uint32_t rules,
                               const char *text);

#endif
