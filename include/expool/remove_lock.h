/* expool/remove_lock.h - the lock that keeps a device from being removed while requests are under
 * way. Layout as on x64 without DBG. [H] */
#ifndef EXPOOL_REMOVE_LOCK_H
#define EXPOOL_REMOVE_LOCK_H

#include "expool/event.h"

typedef struct _IO_REMOVE_LOCK_COMMON_BLOCK {
    BOOLEAN Removed;
    BOOLEAN Reserved[3];
    volatile LONG IoCount;
    KEVENT RemoveEvent;
} IO_REMOVE_LOCK_COMMON_BLOCK;

typedef struct _IO_REMOVE_LOCK {
    IO_REMOVE_LOCK_COMMON_BLOCK Common;
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;

#define IoInitializeRemoveLock(Lock, Tag, Minutes, Highest)                                        \
    IoInitializeRemoveLockEx(Lock, Tag, Minutes, Highest, sizeof(IO_REMOVE_LOCK))
#define IoAcquireRemoveLock(Lock, Tag)                                                             \
    IoAcquireRemoveLockEx(Lock, Tag, __FILE__, __LINE__, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLock(Lock, Tag) IoReleaseRemoveLockEx(Lock, Tag, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLockAndWait(Lock, Tag)                                                      \
    IoReleaseRemoveLockAndWaitEx(Lock, Tag, sizeof(IO_REMOVE_LOCK))

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Tags, minutes and the high-water mark serve checked builds of Windows; nothing here [P].
 * PASSIVE_LEVEL. [D] */
VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                              ULONG HighWatermark, ULONG RemlockSize);
/* STATUS_DELETE_PENDING once the wait below has begun. At most DISPATCH_LEVEL. [D] */
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
                               ULONG RemlockSize);
VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
/* Releases, refuses new ones and waits until the last one is released. PASSIVE_LEVEL. [D] */
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
