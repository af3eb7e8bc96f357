/* expool/ex_spin_lock.h - reader-writer spin locks: a LONG, 0 when free. Many share it, or one has
 * it alone; a waiting writer keeps new readers out, so a reader must not take it twice. */
#ifndef EXPOOL_EX_SPIN_LOCK_H
#define EXPOOL_EX_SPIN_LOCK_H

#include "expool/types.h"

typedef volatile LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Raise to DISPATCH_LEVEL, take the lock, return the level before. At most DISPATCH_LEVEL, above it
 * 0xC4/0x42 under the verifier. Taking it alone while holding it alone is bug check 0x0F. [D][P] */
KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock);

/* Give it up and lower to OldIrql. At DISPATCH_LEVEL, else 0xC4/0x32 under the verifier; a lock not
 * held so is bug check 0x10. [D][P] */
VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);

/* The same without a change of IRQL, at DISPATCH_LEVEL or above; below it 0xC4/0x40 and 0x41 under
 * the verifier. [D] */
VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);

/* The only reader becomes the writer; FALSE, and still a reader, when there are others. At
 * DISPATCH_LEVEL. [D] */
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
