/* os.h - the operating system in terms of what we mean. Only os_*.c speak Linux; another platform
 * is another set of these. Every call may be made from a signal handler unless it says
 * otherwise. */
#ifndef POOL_OS_H
#define POOL_OS_H

#include "pool/util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Address space that nobody may touch yet; NULL when there is none. Aligned to `alignment`, a power
 * of two of at least a page. */
void *os_reserve(size_t bytes, size_t alignment);
void os_release(void *start, size_t bytes);

/* Ordinary zeroed memory for tables, given as it is touched; NULL when there is none. */
void *os_table(size_t bytes);

/* Where such tables are, as many as are remembered. `index` from 0; an empty range where there is
 * none; false: no more. */
bool os_table_range(unsigned index, uintptr_t *start, uintptr_t *end);

/* The same for a table there is no doing without: says so and exits with 125 when there is none. */
void *os_needed_table(size_t bytes);

/* Readable and writable (and executable) from now on; false when the system refuses. */
bool os_allow(void *start, size_t bytes, bool executable);
/* No access; the content is kept. */
bool os_deny(void *start, size_t bytes);
/* Readable, and no more. */
bool os_freeze(void *start, size_t bytes);
/* Gives the physical pages back; they read as zeroes later. False: some of them may be locked by
 * the program (mlock), and keep their content. */
bool os_discard(void *start, size_t bytes);

void os_write(int descriptor, const char *bytes, size_t length);
void os_yield(void);

/* True while this process has one thread: then no atomic instruction is needed. A byte of the C
 * library's; where it is unknown, false. */
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32) && !defined(__SANITIZE_THREAD__)
extern char __libc_single_threaded; /* NOLINT(readability-identifier-naming): its name */
static inline bool os_is_single_threaded(void)
{
    return __libc_single_threaded != 0;
}
#else
static inline bool os_is_single_threaded(void)
{
    return false;
}
#endif
_Noreturn void os_abort(void);
_Noreturn void os_exit_now(int status); /* no handlers run */

/* `tell` gets the status of exit, among all that runs then. */
typedef void os_exit_teller(int status, void *unused);
void os_at_exit(os_exit_teller *tell);

uint32_t os_process_id(void);
uint32_t os_thread_id(void); /* cached per thread */
void os_forget_thread(void); /* the child of a fork has a new id; without the C library, too */
uint64_t os_clock_ms(void);  /* since some fixed moment */
uint64_t os_random(void);    /* unpredictable; not from a signal handler */

/* The calling thread's stack; `high` 0: not known yet. */
struct os_stack {
    uintptr_t low;
    uintptr_t high;
};
extern HIDDEN _Thread_local struct os_stack os_stack_own TLS_FAST;
bool os_stack_find(void); /* not from a signal handler */

/* Not from a signal handler the first time in a thread. */
static inline bool os_stack_bounds(uintptr_t *low, uintptr_t *high)
{
    if (UNLIKELY(os_stack_own.high == 0) && !os_stack_find())
        return false;
    *low = os_stack_own.low;
    *high = os_stack_own.high;
    return true;
}

unsigned os_thread_count(void); /* of this process; 0: not known */
uint64_t os_ram_bytes(void);    /* of the machine */
unsigned os_processors(void);

/* The variable's value; NULL when it is unset, or set but not to be trusted: the process is set-uid
 * (then *is_refused). */
const char *os_environment(const char *name, bool *is_refused);

/* The file's first `capacity` bytes; how many there were, or -1. Async-signal-safe. */
ptrdiff_t os_read_file(const char *path, char *bytes, size_t capacity);

/* The working directory, for shortening paths; 0 when it has none. */
size_t os_working_directory(char *bytes, size_t capacity);

/* Faults. */
enum os_access { OS_READ = 0, OS_WRITE = 1, OS_EXECUTE = 8 };

struct os_fault {
    uintptr_t address;
    uintptr_t pc;
    uintptr_t frame; /* frame pointer of the faulting code */
    uintptr_t sp;
    enum os_access access;
    int signal;
    bool is_unaddressed; /* the processor gave no address: an operand not aligned, a wild pointer */
    void *context;       /* ucontext_t */
};

/* Who jumped to what may not be executed: the return address of the call; 0: not known. */
uintptr_t os_fault_caller(const struct os_fault *fault);

/* Where there is no code at all, the unwinder must not look: the context becomes that of who jumped
 * there. Only when the program is not to go on from the fault. */
void os_fault_leave_nowhere(const struct os_fault *fault);

/* What the handler decided. */
enum os_fault_verdict {
    OS_FAULT_NOT_OURS,
    OS_FAULT_RETRY,
    OS_FAULT_RESUME_AT,
    OS_FAULT_CALL, /* go on as if the faulting code had called *resume, which does not return */
};

/* `*resume` is where to go on for OS_FAULT_RESUME_AT and OS_FAULT_CALL. */
typedef enum os_fault_verdict os_fault_handler(const struct os_fault *fault, uintptr_t *resume);

/* Installs `handler` for SIGSEGV and SIGBUS, in front of what was there; faults that are not ours
 * go to the previous handler as if we did not exist. false when the system refuses. A later call
 * replaces our handler by another of ours. */
bool os_on_fault(os_fault_handler *handler);
/* The same, unless a handler of ours is in place already. */
bool os_on_fault_else(os_fault_handler *handler);
/* Gives the calling thread an alternate signal stack when it has none. Not from a handler. */
void os_fault_stack(void);

#endif
