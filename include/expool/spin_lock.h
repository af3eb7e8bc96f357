/* expool/spin_lock.h - spin locks: held at DISPATCH_LEVEL. A KSPIN_LOCK is 0 when free; held, it
 * names its owner, so that a second acquire by the same thread is a bug check (0x0F) and no
 * hang. */
#ifndef EXPOOL_SPIN_LOCK_H
#define EXPOOL_SPIN_LOCK_H

#include "expool/types.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Any IRQL. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);

/* Raises to DISPATCH_LEVEL, takes the lock, returns the level before. At most DISPATCH_LEVEL, above
 * it 0xC4/0x42 under the verifier. KeAcquireSpinLock(SpinLock, &OldIrql) is the usual spelling.
 * [D] */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);

/* Drops the lock and lowers to NewIrql, the value acquire gave. At DISPATCH_LEVEL, else 0xC4/0x32
 * under the verifier; a lock nobody holds is 0x10. [D] */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);

/* The same without a change of IRQL, for code that is at DISPATCH_LEVEL already; below it 0xC4/0x40
 * and 0xC4/0x41 under the verifier. Not to be mixed with the raising pair. [D] */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);

/* FALSE when the lock is held; at DISPATCH_LEVEL. [D] */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);

/* TRUE when the lock is free. Any IRQL. [D] */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

#pragma GCC visibility pop

#define KeAcquireSpinLock(SpinLock, OldIrql) (*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock))

#ifdef __cplusplus
}
#endif
#endif
