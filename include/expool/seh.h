/* expool/seh.h - structured exceptions in C: __try, __except, __finally and __leave as they stand
 * in driver sources, for gcc and clang; not for C++.
 *
 *   __try { ... } __except (EXCEPTION_EXECUTE_HANDLER) { return GetExceptionCode(); }
 *   __try { ... } __finally { if (AbnormalTermination()) ... }
 *
 * A __try is entered in a few nanoseconds and without a system call. A raise does Windows' two
 * passes: filters from the innermost frame outwards, each run above the stack of the raise; then
 * the __finally blocks on the way, innermost first; then the handler. return, goto, break and
 * continue out of a body do as they say and run its __finally first. gcc needs nothing; with clang
 * C's rule for setjmp holds: a local variable that a body changes and a filter, handler or
 * __finally then reads must be volatile where it optimizes, and a return out of a body with a
 * __finally is a bug check that names its line. docs/COMPATIBILITY.md has the rest. */
#ifndef EXPOOL_SEH_H
#define EXPOOL_SEH_H

/* What the macros are made of is not the warning options' business. */
#pragma GCC system_header

#include "expool/status.h"

#define EXCEPTION_EXECUTE_HANDLER    1
#define EXCEPTION_CONTINUE_SEARCH    0
#define EXCEPTION_CONTINUE_EXECUTION (-1)
#define EXCEPTION_NONCONTINUABLE     0x1
#define EXCEPTION_UNWINDING          0x2
#define EXCEPTION_EXIT_UNWIND        0x4
#define EXCEPTION_NESTED_CALL        0x10
#define EXCEPTION_MAXIMUM_PARAMETERS 15

typedef struct _EXCEPTION_RECORD {
    NTSTATUS ExceptionCode;
    ULONG ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord; /* the one this one came on top of, or NULL */
    PVOID ExceptionAddress;
    ULONG NumberParameters;
    /* STATUS_ACCESS_VIOLATION: 0 read, 1 write, 8 execute; and the address. */
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

/* The processor's registers are not told: nothing here may change them. [P] */
typedef struct _CONTEXT CONTEXT, *PCONTEXT;

typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord; /* NULL [P] */
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Raises Status to the innermost frame whose filter takes it; with none bug check 0x1E with the
 * status. Not continuable: a filter that says so is STATUS_NONCONTINUABLE_EXCEPTION. At most
 * APC_LEVEL on Windows, any IRQL here. [D] */
DECLSPEC_NORETURN VOID ExRaiseStatus(NTSTATUS Status);

/* The same with STATUS_ACCESS_VIOLATION, and STATUS_DATATYPE_MISALIGNMENT. PASSIVE_LEVEL. [D] */
DECLSPEC_NORETURN VOID ExRaiseAccessViolation(VOID);
DECLSPEC_NORETURN VOID ExRaiseDatatypeMisalignment(VOID);

/* Raises the record as it is; ExceptionAddress is set to the caller. Returns when a filter answers
 * EXCEPTION_CONTINUE_EXECUTION and the record is not EXCEPTION_NONCONTINUABLE. [D] */
VOID RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord);

/* What the macros are made of. A frame lies in the function that has the __try. Its mark, where
 * filter, handler and __finally begin, is made by the way of which the compiler knows that it
 * returns twice: gcc by __builtin_setjmp (frame pointer, where to, stack pointer), which it takes
 * into account at every call; clang by a routine of ours. */
struct expool_context {
#if defined(__x86_64__)
    uint64_t word[8];
#else
    uint64_t word[22];
#endif
};

/* clang-format takes __try and __except for keywords, and puts a blank behind their names. */
/* clang-format off */
struct expool_try {
    int is_open;                   /* first: asked in assembly */
    int kind;
    struct expool_context leaving; /* where a return or goto out of the body was on its way to */
    struct expool_context place;   /* clang's mark */
    void *mark[5];                 /* gcc's */
    int is_gcc;
    int way;                       /* why it was gone to */
    int handles;                   /* the handler is to run */
    ULONG id;                      /* which __try of its source */
    struct expool_try *outer;
    const void *function;          /* its frame address */
    const char *file;
    int line;
};

struct expool_finally {
    int is_open;
    int is_abnormal;
    int way;
    struct expool_context leaving;
    void *dispatch; /* of an exception; of an exit its function's frame as it was */
};

enum { EXPOOL_TRY_UNKNOWN, EXPOOL_TRY_EXCEPT, EXPOOL_TRY_FINALLY };
enum { EXPOOL_WAY_BODY, EXPOOL_WAY_FILTER, EXPOOL_WAY_HANDLER, EXPOOL_WAY_UNWIND, EXPOOL_WAY_EXIT };

VOID expool_try_begin(struct expool_try *frame, const void *function);
int expool_try_mark(struct expool_context *place) __attribute__((returns_twice));
VOID expool_try_leave(struct expool_try *frame);
VOID expool_try_filtered(struct expool_try *frame, int disposition);
VOID expool_try_end(struct expool_try *frame);
VOID expool_finally_note(struct expool_try *frame);
int expool_finally_begin(struct expool_finally *block);
VOID expool_finally_end(struct expool_finally *block);
DECLSPEC_NORETURN VOID expool_finally_go_on(struct expool_finally *block);
VOID expool_finally_abandon(struct expool_finally *block);
NTSTATUS expool_exception_code(const void *function, ULONG id);
PEXCEPTION_POINTERS expool_exception_information(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#else

#if defined(__clang__)
#define EXPOOL_TRY_IS_GCC      0
#define EXPOOL_TRY_MARK(frame) expool_try_mark(&(frame)->place)
#else
#define EXPOOL_TRY_IS_GCC      1
#define EXPOOL_TRY_MARK(frame) __builtin_setjmp((frame)->mark)
#endif

/* Which __try the words below belong to, by scope: 0 outside of all. */
enum { expool_try_ = 0 };

/* A body is the middle of a statement expression in an if's condition: break, continue, return and
 * goto in it are the caller's own, and the frame's cleanup sees them pass. Which kind of __try it
 * is is asked at the label `kind` before the body runs. */
#define __try                                                                                      \
    if (sizeof(enum { expool_outer_ = expool_try_ }) == 0 ||                                       \
        sizeof(enum { expool_this_ = __COUNTER__ + 1 }) == 0 ||                                    \
        sizeof(enum { expool_try_ = expool_this_ }) == 0 || !__extension__({                       \
            __label__ expool_kind_, expool_body_, expool_leave_, expool_end_, expool_raised_;      \
            enum { expool_try_ = expool_outer_ };                                                  \
            struct expool_try expool_frame_ __attribute__((cleanup(expool_try_end)));              \
            expool_frame_.id = expool_this_;                                                       \
            expool_frame_.file = __FILE__;                                                         \
            expool_frame_.line = __LINE__;                                                         \
            expool_frame_.is_gcc = EXPOOL_TRY_IS_GCC;                                              \
            expool_try_begin(&expool_frame_, __builtin_frame_address(0));                          \
            if (EXPOOL_TRY_MARK(&expool_frame_) == 0)                                              \
                goto expool_kind_;                                                                 \
            goto expool_raised_;                                                                   \
            expool_body_:;                                                                         \
            __asm__ volatile("" : : : "memory");

#define EXPOOL_TRY_AFTER_BODY(its_kind)                                                            \
            ;                                                                                      \
            expool_leave_: __attribute__((unused));                                                \
            expool_try_leave(&expool_frame_);                                                      \
            goto expool_end_;                                                                      \
            expool_kind_:                                                                          \
            expool_frame_.kind = (its_kind);                                                       \
            goto expool_body_;                                                                     \
            expool_raised_:

#define __except(...)                                                                              \
            EXPOOL_TRY_AFTER_BODY(EXPOOL_TRY_EXCEPT)                                               \
            if (expool_frame_.way == EXPOOL_WAY_FILTER)                                            \
                expool_try_filtered(&expool_frame_, __extension__({                                \
                                        enum { expool_try_ = expool_this_ };                       \
                                        (int)(__VA_ARGS__);                                        \
                                    }));                                                           \
            expool_end_:;                                                                          \
            expool_frame_.handles;                                                                 \
        })) {} else

#define EXPOOL_TRY_AFTER_FINALLY_BODY                                                              \
            EXPOOL_TRY_AFTER_BODY(EXPOOL_TRY_FINALLY)                                              \
            expool_end_:                                                                           \
            expool_finally_note(&expool_frame_);                                                   \
            1;                                                                                     \
        }))

#if defined(__clang__)
#define __finally                                                                                  \
        EXPOOL_TRY_AFTER_FINALLY_BODY {} else                                                      \
        for (struct expool_finally expool_block_ __attribute__((cleanup(expool_finally_abandon))), \
                                   *expool_finally_ __attribute__((unused)) = &expool_block_;      \
             expool_finally_begin(&expool_block_); expool_finally_end(&expool_block_))
#else
/* The block is a function within the function: what it shares with it is in memory, and every call
 * may change it; so the compiler expects what happens between a return and its end. */
#define __finally              EXPOOL_FINALLY(__COUNTER__)
#define EXPOOL_FINALLY(number) EXPOOL_FINALLY_NUMBERED(number)
#define EXPOOL_FINALLY_NUMBERED(number)                                                            \
        EXPOOL_TRY_AFTER_FINALLY_BODY {}                                                           \
    __extension__ auto VOID expool_finally_##number(const struct expool_finally *)                 \
        __attribute__((noipa));                                                                    \
    {                                                                                              \
        struct expool_finally expool_block_;                                                       \
        if (expool_finally_begin(&expool_block_)) {                                                \
            if (expool_block_.way == EXPOOL_WAY_EXIT) {                                            \
                expool_finally_##number(&expool_block_);                                           \
                expool_finally_go_on(&expool_block_);                                              \
            }                                                                                      \
            expool_finally_##number(&expool_block_);                                               \
            expool_finally_end(&expool_block_);                                                    \
        }                                                                                          \
    }                                                                                              \
    __extension__ VOID expool_finally_##number(                                                    \
        __attribute__((unused)) const struct expool_finally *expool_finally_)
#endif

#define __leave goto expool_leave_

/* Only in a filter or a handler, of the __try they belong to; elsewhere they do not compile. */
#define GetExceptionCode()                                                                         \
    __extension__({                                                                                \
        _Static_assert(expool_try_ != 0, "GetExceptionCode() outside of a filter or handler");     \
        expool_exception_code(__builtin_frame_address(0), expool_try_);                            \
    })
#define GetExceptionInformation()                                                                  \
    __extension__({                                                                                \
        _Static_assert(expool_try_ != 0, "GetExceptionInformation() outside of a filter");         \
        expool_exception_information();                                                            \
    })
#define AbnormalTermination()  ((BOOLEAN)(expool_finally_->is_abnormal != 0))
#define _exception_code        GetExceptionCode
#define _exception_info        GetExceptionInformation
#define _abnormal_termination  AbnormalTermination

#endif
/* clang-format on */
#endif
