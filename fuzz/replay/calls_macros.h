/* calls_macros.h - stands in front of the sources of fuzz/ when they are compiled for replay
 * programs: each routine of the library that they call is a macro that records the call where it is
 * made. tests/tools/replay_calls.sh names a routine that is missing. */
#ifndef FUZZ_REPLAY_CALLS_MACROS_H
#define FUZZ_REPLAY_CALLS_MACROS_H

#include "expool/budget.h"
#include "expool/bugcheck_callback.h"
#include "expool/census.h"
#include "expool/driver.h"
#include "expool/fsrtl_pool.h"
#include "expool/host.h"
#include "expool/paging.h"
#include "expool/process.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/replay/calls.h"

#include <pthread.h>
#include <string.h>
#include <wdm.h>

#define CALLS_ONE(value)                                                                           \
    _Generic((value),                                                                              \
        _Bool: calls_number,                                                                      \
        unsigned char: calls_number,                                                              \
        unsigned short: calls_number,                                                             \
        unsigned int: calls_number,                                                               \
        unsigned long: calls_number,                                                              \
        unsigned long long: calls_number,                                                         \
        char: calls_signed,                                                                       \
        signed char: calls_signed,                                                                \
        short: calls_signed,                                                                      \
        int: calls_signed,                                                                        \
        long: calls_signed,                                                                       \
        long long: calls_signed,                                                                  \
        char *: calls_text,                                                                       \
        const char *: calls_text,                                                                 \
        default: calls_pointer)(value)

#define CALLS_0()
#define CALLS_1(a) CALLS_ONE(a);
#define CALLS_2(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_1(__VA_ARGS__)
#define CALLS_3(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_2(__VA_ARGS__)
#define CALLS_4(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_3(__VA_ARGS__)
#define CALLS_5(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_4(__VA_ARGS__)
#define CALLS_6(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_5(__VA_ARGS__)
#define CALLS_7(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_6(__VA_ARGS__)
#define CALLS_8(a, ...)                                                                            \
    CALLS_ONE(a);                                                                                  \
    CALLS_7(__VA_ARGS__)
#define CALLS_PICK(a, b, c, d, e, f, g, h, count, ...) CALLS_##count

/* By how many there are. */
#define CALLS_WHICH(...) CALLS_PICK(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)

#define CALLS_ARGUMENTS(...) CALLS_WHICH(__VA_ARGS__)(__VA_ARGS__)

#define CALLS_CALL(name, arguments)                                                                \
    if (calls_is_on) {                                                                             \
        calls_begin(#name);                                                                        \
        arguments calls_end();                                                                     \
    }

#define CALLS_VOID(name, ...)                                                                      \
    __extension__({                                                                                \
        CALLS_CALL(name, CALLS_ARGUMENTS(__VA_ARGS__))                                             \
        (name)(__VA_ARGS__);                                                                       \
        if (calls_is_on)                                                                           \
            calls_done();                                                                          \
    })
#define CALLS_VALUE(tell, name, ...)                                                               \
    __extension__({                                                                                \
        CALLS_CALL(name, CALLS_ARGUMENTS(__VA_ARGS__))                                             \
        __auto_type value_ = (name)(__VA_ARGS__);                                                  \
        if (calls_is_on)                                                                           \
            tell;                                                                                  \
        value_;                                                                                    \
    })
#define CALLS_NUMBER(name, ...) CALLS_VALUE(calls_returned((uint64_t)value_), name, __VA_ARGS__)
#define CALLS_POINTER(size, name, ...)                                                             \
    CALLS_VALUE(calls_returned_pointer(value_, size), name, __VA_ARGS__)
/* A pointer that is not a block, and one that is told apart from NULL only. */
#define CALLS_HANDLE(name, ...) CALLS_VALUE(calls_returned_handle(value_), name, __VA_ARGS__)
#define CALLS_NUMBER_OF(name, ...)                                                                 \
    CALLS_VALUE(calls_returned_any(value_ != NULL), name, __VA_ARGS__)
/* Routines that only look. */
#define CALLS_LOOK_TEXT(name)                                                                      \
    __extension__({                                                                                \
        const char *value_ = (name)();                                                             \
        if (calls_is_on)                                                                           \
            calls_looked_text(#name "()", value_);                                                 \
        value_;                                                                                    \
    })
#define CALLS_LOOK(name)                                                                           \
    __extension__({                                                                                \
        __auto_type value_ = (name)();                                                             \
        if (calls_is_on)                                                                           \
            calls_looked(#name "()", (uint64_t)value_);                                            \
        value_;                                                                                    \
    })
#define CALLS_NUMBER_0(name)                                                                       \
    __extension__({                                                                                \
        CALLS_CALL(name, )                                                                         \
        __auto_type value_ = (name)();                                                             \
        if (calls_is_on)                                                                           \
            calls_returned((uint64_t)value_);                                                      \
        value_;                                                                                    \
    })
#define CALLS_FILLED(structure, name, ...)                                                         \
    __extension__({                                                                                \
        if (calls_is_on)                                                                           \
            memset(structure, 0, sizeof *(structure)); /* what lies between its members */         \
        (name)(__VA_ARGS__);                                                                       \
        if (calls_is_on) {                                                                         \
            calls_begin_look(#name);                                                               \
            CALLS_ARGUMENTS(__VA_ARGS__)                                                           \
            calls_filled(structure, sizeof *(structure));                                          \
        }                                                                                          \
    })

/* Blocks. */
#define ExAllocatePool(a, size) CALLS_POINTER(size, ExAllocatePool, a, size)
#define ExAllocatePoolUninitialized(a, size, b)                                                    \
    CALLS_POINTER(size, ExAllocatePoolUninitialized, a, size, b)
#define ExAllocatePoolWithTag(a, size, b) CALLS_POINTER(size, ExAllocatePoolWithTag, a, size, b)
#define ExAllocatePoolZero(a, size, b)    CALLS_POINTER(size, ExAllocatePoolZero, a, size, b)
#define ExAllocatePool2(a, size, b)       CALLS_POINTER(size, ExAllocatePool2, a, size, b)
#define ExAllocatePoolWithTagPriority(a, size, b, c)                                               \
    CALLS_POINTER(size, ExAllocatePoolWithTagPriority, a, size, b, c)
#define ExAllocatePoolPriorityZero(a, size, b, c)                                                  \
    CALLS_POINTER(size, ExAllocatePoolPriorityZero, a, size, b, c)
#define ExAllocatePoolPriorityUninitialized(a, size, b, c)                                         \
    CALLS_POINTER(size, ExAllocatePoolPriorityUninitialized, a, size, b, c)
#define ExAllocatePoolWithQuota(a, size) CALLS_POINTER(size, ExAllocatePoolWithQuota, a, size)
#define ExAllocatePoolWithQuotaTag(a, size, b)                                                     \
    CALLS_POINTER(size, ExAllocatePoolWithQuotaTag, a, size, b)
#define ExAllocatePoolQuotaZero(a, size, b) CALLS_POINTER(size, ExAllocatePoolQuotaZero, a, size, b)
#define ExAllocatePoolQuotaUninitialized(a, size, b)                                               \
    CALLS_POINTER(size, ExAllocatePoolQuotaUninitialized, a, size, b)
#define FsRtlAllocatePool(a, size) CALLS_POINTER(size, FsRtlAllocatePool, a, size)
#define FsRtlAllocatePoolWithTag(a, size, b)                                                       \
    CALLS_POINTER(size, FsRtlAllocatePoolWithTag, a, size, b)
#define FsRtlAllocatePoolWithQuota(a, size) CALLS_POINTER(size, FsRtlAllocatePoolWithQuota, a, size)
#define FsRtlAllocatePoolWithQuotaTag(a, size, b)                                                  \
    CALLS_POINTER(size, FsRtlAllocatePoolWithQuotaTag, a, size, b)
#define ExAllocatePool3(a, size, b, parameters, count)                                             \
    __extension__({                                                                                \
        CALLS_CALL(ExAllocatePool3, CALLS_3(a, size, b) calls_parameters(parameters, count);       \
                   calls_number(count);)                                                           \
        __auto_type value_ = (ExAllocatePool3)(a, size, b, parameters, count);                     \
        if (calls_is_on)                                                                           \
            calls_returned_pointer(value_, size);                                                  \
        value_;                                                                                    \
    })
#define ExFreePool(...)        CALLS_VOID(ExFreePool, __VA_ARGS__)
#define ExFreePoolWithTag(...) CALLS_VOID(ExFreePoolWithTag, __VA_ARGS__)
#define ExpFreePool2(...)      CALLS_VOID(ExpFreePool2, __VA_ARGS__)
#define ExAllocateFromLookasideListEx(list)                                                        \
    CALLS_POINTER((list)->L.Size, ExAllocateFromLookasideListEx, list)
#define ExAllocateFromPagedLookasideList(list)                                                     \
    CALLS_POINTER((list)->L.Size, ExAllocateFromPagedLookasideList, list)
#define ExAllocateFromNPagedLookasideList(list)                                                    \
    CALLS_POINTER((list)->L.Size, ExAllocateFromNPagedLookasideList, list)
#define ExFreeToLookasideListEx(...)     CALLS_VOID(ExFreeToLookasideListEx, __VA_ARGS__)
#define ExFreeToPagedLookasideList(...)  CALLS_VOID(ExFreeToPagedLookasideList, __VA_ARGS__)
#define ExFreeToNPagedLookasideList(...) CALLS_VOID(ExFreeToNPagedLookasideList, __VA_ARGS__)
#define ExDeleteLookasideListEx(...)     CALLS_VOID(ExDeleteLookasideListEx, __VA_ARGS__)
#define ExDeletePagedLookasideList(...)  CALLS_VOID(ExDeletePagedLookasideList, __VA_ARGS__)
#define ExDeleteNPagedLookasideList(...) CALLS_VOID(ExDeleteNPagedLookasideList, __VA_ARGS__)
#define ExFlushLookasideListEx(...)      CALLS_VOID(ExFlushLookasideListEx, __VA_ARGS__)
#define CALLS_ROUTINE(routine, word)     calls_word((routine) == NULL ? "NULL" : word);
#define ExInitializeLookasideListEx(list, allocate, release, ...)                                  \
    __extension__({                                                                                \
        CALLS_CALL(ExInitializeLookasideListEx,                                                    \
                   CALLS_1(list) CALLS_ROUTINE(allocate, "list_allocate")                          \
                       CALLS_ROUTINE(release, "list_free") CALLS_5(__VA_ARGS__))                   \
        NTSTATUS value_ = (ExInitializeLookasideListEx)(list, allocate, release, __VA_ARGS__);     \
        if (calls_is_on)                                                                           \
            calls_returned((uint64_t)value_);                                                      \
        value_;                                                                                    \
    })
#define ExInitializePagedLookasideList(list, allocate, release, ...)                               \
    __extension__({                                                                                \
        CALLS_CALL(ExInitializePagedLookasideList,                                                 \
                   CALLS_1(list) CALLS_ROUTINE(allocate, "own_allocate")                           \
                       CALLS_ROUTINE(release, "own_free") CALLS_4(__VA_ARGS__))                    \
        (ExInitializePagedLookasideList)(list, allocate, release, __VA_ARGS__);                    \
        if (calls_is_on)                                                                           \
            calls_done();                                                                          \
    })
#define ExInitializeNPagedLookasideList(list, allocate, release, ...)                              \
    __extension__({                                                                                \
        CALLS_CALL(ExInitializeNPagedLookasideList,                                                \
                   CALLS_1(list) CALLS_ROUTINE(allocate, "own_allocate")                           \
                       CALLS_ROUTINE(release, "own_free") CALLS_4(__VA_ARGS__))                    \
        (ExInitializeNPagedLookasideList)(list, allocate, release, __VA_ARGS__);                   \
        if (calls_is_on)                                                                           \
            calls_done();                                                                          \
    })

/* Whoever catches an exception asks for its code. */
#undef GetExceptionCode
#define GetExceptionCode()                                                                         \
    __extension__({                                                                                \
        if (calls_is_on)                                                                           \
            calls_left();                                                                          \
        expool_exception_code(__builtin_frame_address(0), expool_try_);                            \
    })

/* Level, locks, lists, processes. */
#define KfRaiseIrql(...)                 CALLS_NUMBER(KfRaiseIrql, __VA_ARGS__)
#define KeRaiseIrqlToDpcLevel()          CALLS_NUMBER_0(KeRaiseIrqlToDpcLevel)
#define KeLowerIrql(...)                 CALLS_VOID(KeLowerIrql, __VA_ARGS__)
#define KeGetCurrentIrql()               CALLS_LOOK(KeGetCurrentIrql)
#define KeAcquireSpinLockRaiseToDpc(...) CALLS_NUMBER(KeAcquireSpinLockRaiseToDpc, __VA_ARGS__)
#define KeReleaseSpinLock(...)           CALLS_VOID(KeReleaseSpinLock, __VA_ARGS__)

#define InterlockedPushEntrySList(...) CALLS_NUMBER_OF(InterlockedPushEntrySList, __VA_ARGS__)
#define InterlockedPopEntrySList(...)  CALLS_NUMBER_OF(InterlockedPopEntrySList, __VA_ARGS__)
#define InterlockedFlushSList(...)     CALLS_NUMBER_OF(InterlockedFlushSList, __VA_ARGS__)
#define ExInitializeResourceLite(...)  CALLS_NUMBER(ExInitializeResourceLite, __VA_ARGS__)
#define ExDeleteResourceLite(...)      CALLS_NUMBER(ExDeleteResourceLite, __VA_ARGS__)
#define PsChargePoolQuota(...)         CALLS_VOID(PsChargePoolQuota, __VA_ARGS__)
#define PsReturnPoolQuota(...)         CALLS_VOID(PsReturnPoolQuota, __VA_ARGS__)
#define PsChargeProcessPoolQuota(...)  CALLS_NUMBER(PsChargeProcessPoolQuota, __VA_ARGS__)
#define expool_process_create(...)     CALLS_HANDLE(expool_process_create, __VA_ARGS__)
#define expool_process_attach(...)     CALLS_HANDLE(expool_process_attach, __VA_ARGS__)
#define expool_process_close(...)      CALLS_VOID(expool_process_close, __VA_ARGS__)

#define InitializeSListHead(...)  CALLS_VOID(InitializeSListHead, __VA_ARGS__)
#define ExDestroyPool(...)        CALLS_VOID(ExDestroyPool, __VA_ARGS__)
#define ExCreatePool(...)         CALLS_NUMBER(ExCreatePool, __VA_ARGS__)
#define ExQueryPoolBlockSize(...) CALLS_NUMBER(ExQueryPoolBlockSize, __VA_ARGS__)
#define QueryDepthSList(...)      CALLS_NUMBER(QueryDepthSList, __VA_ARGS__)
#define expool_process_quota_get(process, to)                                                      \
    CALLS_FILLED(to, expool_process_quota_get, process, to)

/* Threads come and go in an order that no list of calls has. */
#define pthread_create(...)                                                                        \
    __extension__({                                                                                \
        if (calls_is_on)                                                                           \
            calls_gap(                                                                             \
                "several threads make the calls, and C that makes them one after another is "      \
                "another program: run it as text");                                                \
        (pthread_create)(__VA_ARGS__);                                                             \
    })

/* What a routine of the harness does when the library calls it is not recorded. */
#define CALLS_GAP(why, name, ...)                                                                  \
    __extension__({                                                                                \
        if (calls_is_on)                                                                           \
            calls_gap(why);                                                                        \
        (name)(__VA_ARGS__);                                                                       \
    })
#define KeInitializeDpc(...)          CALLS_GAP("a DPC", KeInitializeDpc, __VA_ARGS__)
#define KeInsertQueueDpc(...)         CALLS_GAP("a DPC", KeInsertQueueDpc, __VA_ARGS__)
#define KeFlushQueuedDpcs()           CALLS_GAP("a DPC", KeFlushQueuedDpcs, )
#define ExRaiseStatus(...)            CALLS_GAP("a raise", ExRaiseStatus, __VA_ARGS__)
#define ExRaiseAccessViolation()      CALLS_GAP("a raise", ExRaiseAccessViolation, )
#define ExRaiseDatatypeMisalignment() CALLS_GAP("a raise", ExRaiseDatatypeMisalignment, )
#define RtlAssert(...)                CALLS_GAP("an assertion", RtlAssert, __VA_ARGS__)
#define KeBugCheckEx(...)             CALLS_GAP("a stop", KeBugCheckEx, __VA_ARGS__)
#define KeBugCheck(...)               CALLS_GAP("a stop", KeBugCheck, __VA_ARGS__)
#define MmAllocateContiguousMemory(...)                                                            \
    CALLS_GAP("contiguous memory", MmAllocateContiguousMemory, __VA_ARGS__)
#define MmFreeContiguousMemory(...)                                                                \
    CALLS_GAP("contiguous memory", MmFreeContiguousMemory, __VA_ARGS__)
#define KeRegisterBugCheckCallback(...)                                                            \
    CALLS_GAP("a callback", KeRegisterBugCheckCallback, __VA_ARGS__)
#define expool_driver_load(...)   CALLS_GAP("a driver", expool_driver_load, __VA_ARGS__)
#define expool_driver_unload(...) CALLS_GAP("a driver", expool_driver_unload, __VA_ARGS__)
#define expool_on_call(...)       CALLS_GAP("a host's refusal", expool_on_call, __VA_ARGS__)
#define expool_copy_judge(...)    CALLS_VOID(expool_copy_judge, __VA_ARGS__)
#define KeReadStateEvent(...)     CALLS_NUMBER(KeReadStateEvent, __VA_ARGS__)
#define expool_census_text(...)   CALLS_NUMBER(expool_census_text, __VA_ARGS__)

/* The library itself. */
#define expool_census_get(class, to) CALLS_FILLED(to, expool_census_get, class, to)
#define expool_budget_get(class, to) CALLS_FILLED(to, expool_budget_get, class, to)
#define expool_tag_statistics_list(rows, capacity)                                                 \
    __extension__({                                                                                \
        size_t value_ = (expool_tag_statistics_list)(rows, capacity);                              \
        if (calls_is_on) {                                                                         \
            calls_begin_look("expool_tag_statistics_list");                                        \
            CALLS_2(rows, capacity)                                                                \
            calls_filled(rows, (value_ < (capacity) ? value_ : (capacity)) * sizeof *(rows));      \
        }                                                                                          \
        value_;                                                                                    \
    })
#define expool_trim()                      CALLS_NUMBER_0(expool_trim)
#define expool_paging_get(to)              CALLS_FILLED(to, expool_paging_get, to)
#define expool_process_count()             CALLS_LOOK(expool_process_count)
#define expool_budget_set_limit(...)       CALLS_VOID(expool_budget_set_limit, __VA_ARGS__)
#define expool_clock_set(...)              CALLS_VOID(expool_clock_set, __VA_ARGS__)
#define expool_options_set(...)            CALLS_NUMBER(expool_options_set, __VA_ARGS__)
#define expool_on_bugcheck(hook, context)  calls_on_bugcheck(hook, context)
#define expool_pool_check()                CALLS_LOOK_TEXT(expool_pool_check)
#define expool_pool_trim()                 CALLS_NUMBER_0(expool_pool_trim)
#define expool_pool_restart()              CALLS_NUMBER_0(expool_pool_restart)
#define expool_class_statistics_get(a, to) CALLS_FILLED(to, expool_class_statistics_get, a, to)
#define expool_tag_statistics_get(a, to)   CALLS_FILLED(to, expool_tag_statistics_get, a, to)
#define expool_verifier_counters_get(to)   CALLS_FILLED(to, expool_verifier_counters_get, to)
#define expool_probe_read(...)             CALLS_NUMBER(expool_probe_read, __VA_ARGS__)
#define expool_probe_write(...)            CALLS_NUMBER(expool_probe_write, __VA_ARGS__)
#define expool_verifier_start()            CALLS_NUMBER_0(expool_verifier_start)
#define expool_verifier_stop()             CALLS_NUMBER_0(expool_verifier_stop)
#define expool_verifier_flags()            CALLS_LOOK(expool_verifier_flags)
#define expool_verifier_flags_set(...)     CALLS_NUMBER(expool_verifier_flags_set, __VA_ARGS__)
#define expool_verifier_check()            CALLS_LOOK_TEXT(expool_verifier_check)
#define expool_verifier_sweep()            CALLS_NUMBER_0(expool_verifier_sweep)
#define expool_verifier_report_leaks()     CALLS_NUMBER_0(expool_verifier_report_leaks)
#define expool_verifier_reset()            CALLS_NUMBER_0(expool_verifier_reset)

#endif
