/* expool/fast_mutex.h - fast mutexes: held at APC_LEVEL by one thread, not recursive. Since Windows
 * 8 a guarded mutex is one by another name. Layout as on x64. [H] */
#ifndef EXPOOL_FAST_MUTEX_H
#define EXPOOL_FAST_MUTEX_H

#include "expool/event.h"
#include "expool/types.h"

typedef struct _FAST_MUTEX {
    LONG Count; /* 1: free */
    PVOID Owner;
    ULONG Contention; /* acquisitions that had to wait */
    KEVENT Event;
    ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX, KGUARDED_MUTEX, *PKGUARDED_MUTEX;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* At most DISPATCH_LEVEL. [D] */
VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex);

/* Raises to APC_LEVEL and takes the mutex, waiting for it. At most APC_LEVEL, above it 0xC4/0x33
 * under the verifier. A thread that holds it already is bug check 0xBF, 0xC4/0x1000 under the
 * verifier, and no hang [P]. [D] */
VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex);

/* The same without waiting: FALSE, and the level as before, when somebody holds it. [D] */
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);

/* Gives it up and lowers to the level before. At APC_LEVEL, else 0xC4/0x34 under the verifier; a
 * mutex of another thread, or of none, is bug check 0x11. [D][P] */
VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex);

/* The same without a change of IRQL: at APC_LEVEL, or in a critical or guarded region, else
 * 0xC4/0x39 and 0x3A under the verifier. [D] */
VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);

#pragma GCC visibility pop

#define KeInitializeGuardedMutex    ExInitializeFastMutex
#define KeAcquireGuardedMutex       ExAcquireFastMutex
#define KeTryToAcquireGuardedMutex  ExTryToAcquireFastMutex
#define KeReleaseGuardedMutex       ExReleaseFastMutex
#define KeAcquireGuardedMutexUnsafe ExAcquireFastMutexUnsafe
#define KeReleaseGuardedMutexUnsafe ExReleaseFastMutexUnsafe

#ifdef __cplusplus
}
#endif
#endif
