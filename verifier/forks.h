/* forks.h - what a fork does to the verifier: its locks are held over it, the child's guards and
 * lanes are made anew. A child made without the C library's fork (the system call itself, _Fork)
 * runs no handler; a word that such a child finds 0 tells it at its first call. Until then
 * userfaultfd would work on the parent's memory. */
#ifndef VERIFIER_FORKS_H
#define VERIFIER_FORKS_H

#include "pool/lock.h"
#include "pool/util.h"

#include <stdbool.h>
#include <stdint.h>

/* Once. `lock` is held over every fork; `end_guarding` is called in a child that may have no guards
 * and goes on without (special_pool_full=fallback). False: the system refuses. */
bool forks_follow(struct lock *lock, void (*end_guarding)(void));

/* The memory is another process's: the caller is a child of vfork, or its like. */
bool forks_is_borrowing(void);

extern HIDDEN volatile uint32_t *forks_mark;
void forks_catch_up(void);

/* First thing in every call from outside. */
static inline void forks_look(void)
{
    if (UNLIKELY(*forks_mark == 0))
        forks_catch_up();
}

#endif
