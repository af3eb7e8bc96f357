/* process.h - a process: limits and use of pool, and how long it lives. Counters are atomic,
 * nothing is locked. References: its creator's, one for each attached thread, one for each block it
 * pays. */
#ifndef POOL_PROCESS_H
#define POOL_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROCESS_CLASSES = 2 }; /* enum expool_class */

enum { PROCESSES_MAX = 65536 };

struct process {
    _Atomic size_t references;
    size_t limit[PROCESS_CLASSES];
    _Atomic size_t used[PROCESS_CLASSES];
    _Atomic size_t peak[PROCESS_CLASSES];
};

extern struct process process_system;

/* True for what process_create made, and for process_system; the address alone tells. */
bool process_is(const void *body);

/* The calling thread runs a DPC, in whatever process there is. */
extern _Thread_local bool process_is_in_dpc __attribute__((tls_model("initial-exec")));

/* The calling thread's. */
struct process *process_current(void);
/* Returns the one before; its reference is the caller's. Takes over that of `process`. */
struct process *process_exchange(struct process *process);

/* NULL: no memory, or PROCESSES_MAX live. */
struct process *process_create(const size_t limit[PROCESS_CLASSES]);
void process_hold(struct process *process);
void process_drop(struct process *process);
/* With references; process_system is not among them. */
size_t process_count(void);

/* False: above the limit, and nothing is charged. The system's process is never charged. */
bool process_charge(struct process *process, int pool_class, size_t bytes);
/* False: more than is charged, and nothing is returned. */
bool process_return(struct process *process, int pool_class, size_t bytes);

#endif
