/* spin_word.h - the word of a spin lock: 0 when free, else the owner's thread id and a mark that
 * keeps it from being 0. The IRQL is the caller's to change. */
#ifndef KERNEL_SPIN_WORD_H
#define KERNEL_SPIN_WORD_H

#include "expool/types.h"
#include "kernel/lock_graph.h"

#include <stdbool.h>

/* Spins until the word is free; a thread that holds it already is a violation, told of `frame`. */
void spin_take(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame);
bool spin_try(PKSPIN_LOCK lock, enum lock_kind kind, const void *frame);
/* Nobody holds it: a violation. The level will be `lower`. */
void spin_drop(PKSPIN_LOCK lock, enum lock_kind kind, unsigned char lower, const void *frame);

/* The caller has the lock already, or gives up what nobody has: the stop that the rules in force
 * have for it. */
void spin_refuse_again(const volatile void *lock, enum lock_kind kind, const void *frame);
void spin_refuse_drop(const volatile void *lock, enum lock_kind kind, const void *frame);

/* One turn of a loop that waits for another thread: pauses at first, then gives the processor
 * up. */
void spin_turn(unsigned turn);

/* Tells the processor that this is a loop that waits. */
static inline void spin_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("yield");
#endif
}

#endif
