#include "pool/exception_thread.h"

#include "expool/status.h"
#include "pool/bugcheck.h"
#include "pool/exception.h"
#include "pool/exception_jump.h"
#include "pool/lock.h"
#include "pool/pool_fault.h"
#include "pool/text.h"

#include <pthread.h>
#include <string.h>

enum { STDERR = 2, LINE_BYTES = 512, KMODE_EXCEPTION_NOT_HANDLED_CODE = 0x1E };

_Thread_local struct exception_thread exception_thread TLS_FAST;

static bool is_watching;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

/* The handler of faults in the pools asks exception_on_fault for all others. */
static void watch(void)
{
    pool_fault_start();
    __atomic_store_n(&is_watching, true, __ATOMIC_RELEASE);
}

READS_UNWRITTEN void exception_forget_below(uintptr_t sp)
{
    while (exception_thread.innermost != NULL && frame_sp(exception_thread.innermost) < sp)
        exception_thread.innermost = exception_thread.innermost->outer;
}

/* A frame that begins again was left by a longjmp within its function, and those in it, too. */
READS_UNWRITTEN static void forget_reentered(const struct expool_try *frame)
{
    const struct expool_try *open = exception_thread.innermost;
    while (open != NULL && open != frame)
        open = open->outer;
    if (UNLIKELY(open != NULL))
        exception_thread.innermost = open->outer;
}

VOID expool_try_begin(struct expool_try *frame, const void *function)
{
    if (UNLIKELY(!__atomic_load_n(&is_watching, __ATOMIC_ACQUIRE)))
        lock_once(&watch_once, watch);
    forget_reentered(frame);
    exception_forget_below((uintptr_t)__builtin_frame_address(0));
    frame->outer = exception_thread.innermost;
    frame->is_open = 1;
    frame->kind = EXPOOL_TRY_UNKNOWN;
    frame->way = EXPOOL_WAY_BODY;
    frame->handles = 0;
    frame->function = function;
    /* The mark, which comes next, writes this; until then nobody raises. */
    exception_thread.innermost = frame;
}

VOID expool_try_leave(struct expool_try *frame)
{
    frame->is_open = 0;
    exception_thread.innermost = frame->outer;
}

/* Calls further in than `function` are over. */
static void forget_handled_below(uintptr_t function)
{
    struct exception_thread *mine = &exception_thread;
    while (mine->handled_count > 0 && mine->handled[mine->handled_count - 1].function < function)
        mine->handled_count--;
}

void exception_note_handled(const void *function, uint32_t id, NTSTATUS status)
{
    struct exception_thread *mine = &exception_thread;
    struct handled now = {.function = (uintptr_t)function, .id = id, .status = status};
    forget_handled_below(now.function);
    for (unsigned i = 0; i < mine->handled_count; i++)
        if (mine->handled[i].function == now.function && mine->handled[i].id == id) {
            mine->handled[i].status = status;
            return;
        }
    if (mine->handled_count == HANDLED_MAX) { /* the one longest ago is the least missed */
        memmove(mine->handled, mine->handled + 1, sizeof mine->handled - sizeof mine->handled[0]);
        mine->handled_count--;
    }
    mine->handled[mine->handled_count++] = now;
}

NTSTATUS exception_handled_code(const void *function, uint32_t id)
{
    static const char message[] = "expool: GetExceptionCode() where no exception was caught\n";
    const struct exception_thread *mine = &exception_thread;
    for (unsigned i = mine->handled_count; i > 0; i--)
        if (mine->handled[i - 1].function == (uintptr_t)function && mine->handled[i - 1].id == id)
            return mine->handled[i - 1].status;
    os_write(STDERR, message, sizeof message - 1);
    const uint64_t parameter[4] = {(uint32_t)STATUS_INTERNAL_ERROR, 0, 0, 0};
    bugcheck_stop(KMODE_EXCEPTION_NOT_HANDLED_CODE, parameter, __builtin_frame_address(0));
}

_Noreturn void exception_refuse(const struct expool_try *frame, const char *message)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "%s:%u%s", frame->file, (unsigned)frame->line, message);
    os_write(STDERR, text.bytes, text.length);
    const uint64_t parameter[4] = {(uint32_t)STATUS_NOT_SUPPORTED, (uint64_t)frame->line, 0, 0};
    bugcheck_stop(KMODE_EXCEPTION_NOT_HANDLED_CODE, parameter, __builtin_frame_address(0));
}
