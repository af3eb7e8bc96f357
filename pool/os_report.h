/* os_report.h - what a report needs of the system, from a process that may be dying in a signal
 * handler: a stack of its own, a way back from a fault of its own, a descriptor to write to. All of
 * it is async-signal-safe and keeps errno. */
#ifndef POOL_OS_REPORT_H
#define POOL_OS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void os_work(void *context);

/* Runs `work` on a stack kept for it, whatever the calling thread's stack has come to: it may be
 * tiny, nearly full, or a small alternate one. Signals that come meanwhile get one of their own.
 * One thread at a time. Under a sanitizer, which knows each stack by name, the caller's. */
void os_on_report_stack(os_work *work, void *context);

/* Runs `work`; false: it met a fault (SIGSEGV, SIGBUS) and was left there. May be nested. */
bool os_try(os_work *work, void *context);

/* Goes back to the innermost os_try of the calling thread; returns when there is none. */
void os_try_caught(void);

/* All of `bytes`, in one write where the system takes them so; 0, or the error. Waits for a
 * descriptor that is not ready; no SIGPIPE is left behind. */
int os_write_out(int descriptor, const char *bytes, size_t length);

/* For appending; -1: errno says why. Not inherited by programs that are executed. */
int os_open_append(const char *path);
void os_close(int descriptor);
bool os_is_terminal(int descriptor);
bool os_is_for_appending(int descriptor); /* no regular file, or one that is only appended to */

/* Which file the descriptor stands for; false: none. Equal for two of the same file. */
struct os_file_identity {
    uint64_t device;
    uint64_t file;
};
bool os_file_identity(int descriptor, struct os_file_identity *identity);

size_t os_program_path(char *bytes, size_t capacity); /* 0: not known */
size_t os_host_name(char *bytes, size_t capacity);
uint64_t os_time_ns(void); /* since 1970 */
const char *os_error_words(int error);

bool os_thread_exists(uint32_t thread_id); /* in this process */
void os_wait_ms(unsigned ms);

/* Any process of the user may attach as a debugger from now on. */
void os_admit_debugger(void);
bool os_has_debugger(void);

#endif
