/* exception_thread.h - what a thread knows of its exceptions: its open frames, the raise under way,
 * and which handlers run with which code. */
#ifndef POOL_EXCEPTION_THREAD_H
#define POOL_EXCEPTION_THREAD_H

#include "expool/seh.h"
#include "pool/os.h"
#include "pool/util.h"

#include <stdint.h>

enum { HANDLED_MAX = 16 }; /* handlers within handlers */

struct dispatch;

/* A handler that has begun: which __try, in which call of its function. */
struct handled {
    uintptr_t function;
    uint32_t id;
    NTSTATUS status;
};

struct exception_thread {
    struct expool_try *innermost;
    struct dispatch *dispatch;
    struct expool_finally finally; /* between the end of a frame and its __finally block */
    struct expool_context leaving;
    void *left; /* the copy of the frame left last, for which there is no use any more */
    size_t left_bytes;
    struct os_fault fault; /* between the signal and exception_of_fault */
    unsigned handled_count;
    struct handled handled[HANDLED_MAX];
};

extern _Thread_local struct exception_thread exception_thread TLS_FAST;

void exception_note_handled(const void *function, uint32_t id, NTSTATUS status);
NTSTATUS exception_handled_code(const void *function, uint32_t id);

/* Frames whose function has been left without them: by a longjmp, or a bug check the host left. */
void exception_forget_below(uintptr_t sp);

/* What cannot be done as Windows does it: names the __try and stops. */
_Noreturn void exception_refuse(const struct expool_try *frame, const char *message);

#endif
