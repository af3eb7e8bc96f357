/* deadlock.h - what the tests of deadlock detection share: some locks of each kind, and a thread
 * that runs a routine and is over. */
#ifndef TESTS_DEADLOCK_H
#define TESTS_DEADLOCK_H

#include "tests/threads.h"
#include "tests/verified.h"

#include <ntifs.h>

#include "kernel/lock_graph.h"

enum { LOCKS = 5 };

static KSPIN_LOCK spin[LOCKS];
static KMUTEX mutex[LOCKS];
static ERESOURCE resource[LOCKS];
static FAST_MUTEX fast;

static inline void begin(void)
{
    verified("tier=guard:leaks=off");
    for (unsigned i = 0; i < LOCKS; i++) {
        KeInitializeSpinLock(&spin[i]);
        KeInitializeMutex(&mutex[i], 0);
        ExInitializeResourceLite(&resource[i]);
    }
    ExInitializeFastMutex(&fast);
    forget();
}

#define EXPECT_SILENT() EXPECT_EQUAL(passed.count, 0)
#define EXPECT_TOLD(sub, lock)                                                                     \
    do {                                                                                           \
        EXPECT_EQUAL(passed.count, 1);                                                             \
        EXPECT_EQUAL(passed.last.code, 0xC4);                                                      \
        EXPECT_EQUAL(passed.last.subcode, (sub));                                                  \
        EXPECT_EQUAL(passed.last.parameter[1], (uintptr_t)(lock));                                 \
        EXPECT(lock_graph_is_sound());                                                             \
        forget();                                                                                  \
    } while (0)

struct task {
    void (*routine)(void);
};

static inline void *in_thread(void *task)
{
    ((struct task *)task)->routine();
    return NULL;
}

/* The routine in a thread that is over when this returns. */
static inline void elsewhere(void (*routine)(void))
{
    struct task task = {routine};
    joined(start(in_thread, &task));
}

static inline void take_spin(unsigned first, unsigned second)
{
    KIRQL old;
    KeAcquireSpinLock(&spin[first], &old);
    KeAcquireSpinLockAtDpcLevel(&spin[second]);
    KeReleaseSpinLockFromDpcLevel(&spin[second]);
    KeReleaseSpinLock(&spin[first], old);
}

static inline void lock_mutex(unsigned index)
{
    EXPECT_EQUAL(KeWaitForSingleObject(&mutex[index], Executive, KernelMode, FALSE, NULL), 0);
}

static inline void unlock_mutex(unsigned index)
{
    KeReleaseMutex(&mutex[index], FALSE);
}

#endif
