#include "pool/exception.h"

#include "pool/bugcheck.h"
#include "pool/checker.h"
#include "pool/exception_jump.h"
#include "pool/exception_memory.h"
#include "pool/exception_thread.h"
#include "pool/hook.h"
#include "pool/order.h"
#include "pool/sanitizer.h"
#include "pool/util.h"

#include <stddef.h>

/* One raise under way. Lies beside the stack, which filters and __finally blocks run over. */
struct dispatch {
    EXCEPTION_RECORD record;
    EXCEPTION_POINTERS pointers;
    struct dispatch *outer;          /* the raise in whose filter or __finally this one came */
    struct expool_try *innermost;    /* at the raise */
    struct expool_try *asking;       /* whose filter runs; NULL: none */
    const struct expool_try *beyond; /* outside of the filter or __finally that runs */
    struct expool_try *target;       /* whose handler is to run */
    uintptr_t anchor;                /* dead when the stack is shorter than this */
    bool has_finally;                /* between innermost and asking */
    int disposition;
    struct expool_context resume; /* the first pass, while a filter runs */
    size_t copied_bytes;
    size_t table_bytes;
    unsigned char copy[];
};

static _Noreturn void enter(struct expool_try *frame, int way)
{
    frame->way = way;
    asan_leave_frames();
    if (frame->is_gcc)
        exception_enter(frame->mark);
    exception_jump(&frame->place, 1);
}

static struct dispatch *dispatch_current(void)
{
    return exception_thread.dispatch;
}

static void dispatch_close_innermost(void)
{
    struct dispatch *dispatch = dispatch_current();
    exception_thread.dispatch = dispatch->outer;
    exception_memory_release(dispatch, dispatch->table_bytes);
}

/* Raises whose frames are gone: handled, or left by a jump of somebody else's. */
static void dispatch_close_below(uintptr_t sp)
{
    while (dispatch_current() != NULL && dispatch_current()->anchor < sp)
        dispatch_close_innermost();
}

/* The highest stack pointer a filter may run at; 0: no frame has a filter. */
static uintptr_t filters_end(const struct expool_try *frame)
{
    uintptr_t end = 0;
    for (; frame != NULL; frame = frame->outer)
        if (frame->kind == EXPOOL_TRY_EXCEPT)
            end = frame_sp(frame);
    return end;
}

static struct dispatch *dispatch_open(const EXCEPTION_RECORD *record, uintptr_t sp)
{
    uintptr_t end = filters_end(exception_thread.innermost);
    if (end == 0)
        return NULL;
    /* The first pass runs a little below `sp`. */
    size_t bytes = sizeof(struct dispatch) + (end - sp) + PAGE_BYTES;
    struct dispatch *dispatch = exception_memory(bytes);
    dispatch->record = *record;
    dispatch->pointers.ExceptionRecord = &dispatch->record;
    dispatch->outer = dispatch_current();
    dispatch->innermost = exception_thread.innermost;
    dispatch->table_bytes = bytes;
    dispatch->anchor = sp;
    exception_thread.dispatch = dispatch;
    return dispatch;
}

/* Byte by byte in hardware: the stack is nobody's array, so no sanitizer has a say. */
static void copy_bytes(void *to, const void *from, size_t bytes)
{
#if defined(__x86_64__)
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
#else
    volatile unsigned char *next = to;
    const volatile unsigned char *at = from;
    for (; bytes > 0; bytes--)
        *next++ = *at++;
#endif
}

/* Runs the frame's filter and comes back with its answer, the stack as it was. */
static NOINLINE int ask_filter(struct dispatch *dispatch, struct expool_try *frame)
{
    dispatch->asking = frame;
    dispatch->beyond = frame->outer;
    dispatch->anchor = frame_sp(frame);
    exception_thread.innermost = frame->outer;
    if (expool_try_mark(&dispatch->resume) == 0) {
        uintptr_t sp = context_sp(&dispatch->resume);
        dispatch->copied_bytes = dispatch->anchor - sp;
        INVARIANT(sizeof *dispatch + dispatch->copied_bytes <= dispatch->table_bytes);
        copy_bytes(dispatch->copy, (const void *)sp, dispatch->copied_bytes);
        enter(frame, EXPOOL_WAY_FILTER);
    }
    return dispatch->disposition;
}

static _Noreturn void return_to_first_pass(struct dispatch *dispatch)
{
    asan_leave_frames();
    exception_restore(&dispatch->resume, dispatch->copy, dispatch->copied_bytes);
}

static bool is_outside(const struct expool_try *target, const struct expool_try *frame)
{
    while (frame != NULL && frame != target)
        frame = frame->outer;
    return frame != NULL;
}

/* The target's handler is about to run: the innermost raise is over, and those in whose filters and
 * __finally blocks it came, as far as the target lies outside of them. */
static void take(struct expool_try *target, NTSTATUS status)
{
    exception_thread.innermost = target->outer;
    target->is_open = 0;
    target->handles = 1;
    exception_note_handled(target->function, target->id, status);
    dispatch_close_innermost();
    while (dispatch_current() != NULL && is_outside(target, dispatch_current()->beyond))
        dispatch_close_innermost();
}

/* The second pass, from the innermost frame still open. */
static _Noreturn void unwind(struct dispatch *dispatch)
{
    struct expool_try *frame = exception_thread.innermost;
    for (; frame != dispatch->target; frame = exception_thread.innermost) {
        INVARIANT(frame != NULL);
        exception_thread.innermost = frame->outer;
        frame->is_open = 0;
        if (frame->kind == EXPOOL_TRY_FINALLY) {
            dispatch->anchor = frame_sp(frame);
            dispatch->beyond = frame->outer;
            enter(frame, EXPOOL_WAY_UNWIND);
        }
    }
    take(frame, dispatch->record.ExceptionCode);
    enter(frame, EXPOOL_WAY_HANDLER);
}

/* The raise in whose filter this one came, when a frame beyond that filter takes it; else NULL. */
static struct dispatch *superseded_by(const struct dispatch *later)
{
    struct dispatch *earlier = later->outer;
    while (earlier != NULL && earlier->asking == NULL) /* it was running a __finally: dropped */
        earlier = earlier->outer;
    return earlier != NULL && is_outside(later->target, earlier->beyond) ? earlier : NULL;
}

/* The earlier raise is over: the second pass goes on from its stack with the later's record. */
static _Noreturn void supersede(struct dispatch *earlier, const struct dispatch *later)
{
    earlier->record = later->record;
    earlier->target = later->target;
    earlier->disposition = EXCEPTION_EXECUTE_HANDLER;
    while (dispatch_current() != earlier)
        dispatch_close_innermost();
    return_to_first_pass(earlier);
}

static int first_pass(struct dispatch *dispatch)
{
    int disposition = EXCEPTION_CONTINUE_SEARCH;
    struct expool_try *frame = dispatch->innermost;
    for (; frame != NULL && disposition == EXCEPTION_CONTINUE_SEARCH; frame = frame->outer) {
        if (frame->kind == EXPOOL_TRY_EXCEPT)
            disposition = ask_filter(dispatch, frame);
        else
            dispatch->has_finally = true; /* a __finally: there is no third kind */
    }
    dispatch->asking = NULL;
    exception_thread.innermost = dispatch->innermost;
    return disposition;
}

enum exception_answer exception_offer(const EXCEPTION_RECORD *record)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    dispatch_close_below(sp);
    exception_forget_below(sp);
    struct dispatch *dispatch = dispatch_open(record, sp);
    if (dispatch == NULL)
        return EXCEPTION_NOBODY;
    unsigned depth = order_show_fully();
    int disposition = first_pass(dispatch);
    if (disposition == EXCEPTION_EXECUTE_HANDLER) {
        struct dispatch *earlier = superseded_by(dispatch);
        if (earlier != NULL)
            supersede(earlier, dispatch);
        unwind(dispatch);
    }
    dispatch_close_innermost();
    order_hide_to(depth);
    return disposition == EXCEPTION_CONTINUE_EXECUTION ? EXCEPTION_GO_ON : EXCEPTION_NOBODY;
}

VOID expool_try_filtered(struct expool_try *frame, int disposition)
{
    struct dispatch *dispatch = dispatch_current();
    INVARIANT(dispatch != NULL && dispatch->asking == frame);
    if (disposition > 0) {
        dispatch->target = frame;
        disposition = EXCEPTION_EXECUTE_HANDLER;
    } else if (disposition < 0) {
        disposition = EXCEPTION_CONTINUE_EXECUTION;
    }
    dispatch->disposition = disposition;
    if (disposition != EXCEPTION_EXECUTE_HANDLER || dispatch->has_finally ||
        superseded_by(dispatch) != NULL)
        return_to_first_pass(dispatch);
    take(frame, dispatch->record.ExceptionCode);
}

VOID expool_finally_end(struct expool_finally *block)
{
    block->is_open = 0;
    if (block->way == EXPOOL_WAY_UNWIND)
        unwind(block->dispatch);
}

/* A __finally block that was itself left by return, goto or break: the exception is dropped. */
VOID expool_finally_abandon(struct expool_finally *block)
{
    if (block->is_open && block->way == EXPOOL_WAY_UNWIND && dispatch_current() == block->dispatch)
        dispatch_close_innermost();
}

/* What lies in a function's frame while a return is on its way out of it: the value, and which way
 * it was. The code that leads to the __finally block uses some of the same places; what it changed
 * there, seen when the block begins, is put back when the return goes on.
 *   stack pointer of the return -> | pushed by the body, below the mark | the frame itself | */
struct left_frame {
    size_t table_bytes;
    size_t pushed_bytes;
    size_t bytes;
    unsigned char *at_block; /* a second copy, of when the block began */
    unsigned char copy[];
};

static struct left_frame *save_frame(const struct expool_try *frame)
{
    uintptr_t sp = context_sp(&frame->leaving);
    size_t bytes = (uintptr_t)frame->function - sp;
    size_t table_bytes = sizeof(struct left_frame) + 2 * bytes;
    struct left_frame *left = exception_memory(table_bytes);
    left->table_bytes = table_bytes;
    left->pushed_bytes = sp < frame_sp(frame) ? frame_sp(frame) - sp : 0;
    left->bytes = bytes;
    left->at_block = left->copy + bytes;
    copy_bytes(left->copy, (const void *)sp, bytes);
    return left;
}

__attribute__((no_sanitize_address)) static void put_frame_back(const struct left_frame *left,
                                                                uintptr_t sp)
{
    volatile unsigned char *frame = (volatile unsigned char *)sp;
    checker_look_away(); /* not all of a frame was ever written */
    for (size_t i = left->pushed_bytes; i < left->bytes; i++)
        if (left->at_block[i] != left->copy[i])
            frame[i] = left->copy[i];
    checker_look();
}

/* The copy is read until the jump, so the next one to leave gives it back. */
VOID expool_finally_go_on(struct expool_finally *block)
{
    struct left_frame *left = block->dispatch;
    if (exception_thread.left != NULL)
        exception_memory_release(exception_thread.left, exception_thread.left_bytes);
    exception_thread.left = left;
    exception_thread.left_bytes = left->table_bytes;
    exception_thread.leaving = block->leaving; /* the block lies in what is put back */
    put_frame_back(left, context_sp(&exception_thread.leaving));
    asan_leave_frames();
    exception_restore(&exception_thread.leaving, left->copy, left->pushed_bytes);
}

VOID expool_finally_note(struct expool_try *frame)
{
    struct expool_finally *noted = &exception_thread.finally;
    noted->is_open = 1;
    noted->is_abnormal = frame->way != EXPOOL_WAY_BODY;
    noted->way = frame->way;
    noted->leaving = frame->leaving;
    if (frame->way == EXPOOL_WAY_UNWIND)
        noted->dispatch = dispatch_current();
}

/* True when the block is to run: once after each note, however often it is asked. */
int expool_finally_begin(struct expool_finally *block)
{
    *block = exception_thread.finally;
    exception_thread.finally.is_open = 0;
    if (block->is_open && block->way == EXPOOL_WAY_EXIT) {
        struct left_frame *left = block->dispatch;
        copy_bytes(left->at_block, (const void *)context_sp(&block->leaving), left->bytes);
    }
    return block->is_open;
}

void exception_leave_early(struct expool_try *frame)
{
    static const char message[] =
        ": return, goto, break or continue out of a __try with a __finally: not with clang; "
        "use __leave, or gcc\n";
    frame->is_open = 0;
    exception_thread.innermost = frame->outer;
    if (frame->kind != EXPOOL_TRY_FINALLY)
        return;
    if (!frame->is_gcc)
        exception_refuse(frame, message);
    exception_thread.finally.dispatch = save_frame(frame);
    enter(frame, EXPOOL_WAY_EXIT);
}

NTSTATUS expool_exception_code(const void *function, ULONG id)
{
    const struct dispatch *dispatch = dispatch_current();
    for (; dispatch != NULL; dispatch = dispatch->outer)
        if (dispatch->asking != NULL && dispatch->asking->id == id &&
            dispatch->asking->function == function)
            return dispatch->record.ExceptionCode;
    return exception_handled_code(function, id);
}

PEXCEPTION_POINTERS expool_exception_information(VOID)
{
    struct dispatch *dispatch = dispatch_current();
    while (dispatch != NULL && dispatch->asking == NULL)
        dispatch = dispatch->outer;
    return dispatch == NULL ? NULL : &dispatch->pointers;
}
