/* deadlock.h - deadlock detection (rule 0x20): what the lock routines tell it. Each thread has a
 * list of the locks it holds; lock_graph.h has the orders seen. What is wrong is told where it is
 * first known: a reversed order before anybody hangs. All of it is asked only while the rule is in
 * force; locks held from before are unknown and judged by nobody. */
#ifndef KERNEL_DEADLOCK_H
#define KERNEL_DEADLOCK_H

#include "kernel/lock_graph.h"
#include "pool/rules.h"
#include "pool/util.h"
#include "pool/violation.h"

#include <stdbool.h>
#include <stdint.h>

/* A call of a lock routine. */
struct lock_call {
    const volatile void *lock;
    enum lock_kind kind;
    enum lock_mode mode;
    const void *frame;   /* of the public routine */
    unsigned char lower; /* releasing: the IRQL afterwards */
};

static inline bool deadlock_is_on(void)
{
    return UNLIKELY(rules_have(RULE_DEADLOCK));
}

/* The kind of violation for what is wrong without the rule, too. */
static inline enum violation_kind deadlock_kind(enum violation_kind with, enum violation_kind else_)
{
    return deadlock_is_on() ? with : else_;
}

/* Begins a new life of the lock: C4/1005 when the last one is not over. */
void deadlock_initialized(const struct lock_call *call);

/* The caller is about to wait for the lock as long as it takes: C4/1001, 1002, 1008. False: it was
 * never initialised and nobody would ever give it up. */
bool deadlock_before(const struct lock_call *call);
/* The caller has it, after waiting or without. */
void deadlock_taken(const struct lock_call *call);
/* The caller gives it up, and holds it as far as the lock's own word says: C4/1003, 1009. */
void deadlock_dropping(const struct lock_call *call);
/* The caller releases what it does not hold: C4/1004 when another thread does, else C4/1007. */
void deadlock_not_held(const struct lock_call *call);

/* A resource was given up for another owner; the caller's lock is shared, or alone, from now on. */
void deadlock_dropped_for(const volatile void *lock, const void *owner);
void deadlock_shared(const volatile void *lock, bool is_shared);
/* It was deleted. */
void deadlock_forget(const volatile void *lock);

/* The calling thread ends, told of the code at `pc` (0: of `frame`): C4/100A. */
void deadlock_thread_ends(uintptr_t pc, const void *frame);

#endif
