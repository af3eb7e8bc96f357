/* reach_roots.h - where a program can keep a pointer: all its writable memory but what is ours, the
 * unused parts of stacks, and stacks of threads that have ended. Other threads stand still. */
#ifndef VERIFIER_REACH_ROOTS_H
#define VERIFIER_REACH_ROOTS_H

#include <stdbool.h>
#include <stdint.h>

/* Stops the other threads, finds the caller's own stack and registers: as reach_look's `frame`.
 * False: there is no memory to do it in. */
bool reach_roots_open(const void *frame);
void reach_roots_close(void);

/* Memory of our own that holds the program's data: it is looked at like the program's. */
void reach_roots_add(uintptr_t start, uintptr_t end);

/* Calls `take` for each word. False: the system does not show the memory. */
typedef void reach_word(uintptr_t word);
bool reach_roots_each(reach_word *take);

/* The words of a block; those that cannot be read are passed over. */
void reach_words(uintptr_t start, uintptr_t end, reach_word *take);

#endif
