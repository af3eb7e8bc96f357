/* os_threads.h - the other threads of the process, stopped for a while, and where memory of the
 * process is: for a look at everything that a program can reach.
 *   stop: a signal that nobody can block parks each thread in its handler, its registers on its own
 *   stack; go: they go on. Not from a signal handler; one at a time. */
#ifndef POOL_OS_THREADS_H
#define POOL_OS_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct os_stopped {
    uint32_t thread;
    uintptr_t sp;   /* everything in use of its stack is from here on, registers too */
    uintptr_t self; /* its pthread_self() */
};

/* Parks every other thread and tells where. False: not all could be parked, or their number exceeds
 * `capacity`; those that could are. Until os_threads_go the caller takes no lock and allocates
 * nothing. */
bool os_threads_stop(struct os_stopped *threads, size_t capacity, size_t *count);
void os_threads_go(void);

enum os_memory {
    OS_MEMORY_PLAIN,
    OS_MEMORY_FIRST_STACK,  /* the stack of the first thread */
    OS_MEMORY_BEHIND_GUARD, /* nobody may access what lies right below: a thread's stack, maybe */
};

/* Calls `take` for each stretch of memory that is readable and writable. False: /proc tells
 * nothing. */
typedef void os_memory_take(uintptr_t start, uintptr_t end, enum os_memory kind, void *context);
bool os_memory_each(os_memory_take *take, void *context);

/* The first stretch of [*start, end) whose pages hold anything: *start becomes its start, its end
 * is returned; `end` for both when there is none. */
uintptr_t os_memory_present(uintptr_t *start, uintptr_t end);

#endif
