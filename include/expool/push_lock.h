/* expool/push_lock.h - push locks: many share one, or one thread has it alone. One word, 0 when
 * free, not recursive. The thread must hold back normal kernel APCs (expool/region.h) from before
 * the acquisition until after the release, else 0xC4/0xEA and 0xEB under the verifier. */
#ifndef EXPOOL_PUSH_LOCK_H
#define EXPOOL_PUSH_LOCK_H

#include "expool/types.h"

typedef volatile ULONG_PTR EX_PUSH_LOCK, *PEX_PUSH_LOCK;

#define EX_DEFAULT_PUSH_LOCK_FLAGS 0

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Any IRQL. [D] */
VOID ExInitializePushLock(PEX_PUSH_LOCK PushLock);

/* Wait for it. Flags: EX_DEFAULT_PUSH_LOCK_FLAGS. At most APC_LEVEL. [D] */
VOID ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);

#pragma GCC visibility pop

#define ExAcquirePushLockExclusive(Lock)                                                           \
    ExAcquirePushLockExclusiveEx((Lock), EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExAcquirePushLockShared(Lock) ExAcquirePushLockSharedEx((Lock), EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExReleasePushLockExclusive(Lock)                                                           \
    ExReleasePushLockExclusiveEx((Lock), EX_DEFAULT_PUSH_LOCK_FLAGS)
#define ExReleasePushLockShared(Lock) ExReleasePushLockSharedEx((Lock), EX_DEFAULT_PUSH_LOCK_FLAGS)

#ifdef __cplusplus
}
#endif
#endif
