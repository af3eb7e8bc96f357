/* disturb.h - who runs when. A lock that is missing for a few instructions is otherwise missed for
 * hours. Two ways, chosen at link time:
 *
 *   interrupt.c   any build: every other program's threads are put off their processor by timers,
 *                 anywhere
 *   interleave.c  ThreadSanitizer's builds: one thread at a time, and the next one's turn comes
 *                 before an atomic access, a lock or behind one. The program's bytes draw it: the
 *                 same input in the same state takes the same course */
#ifndef FUZZ_DISTURB_H
#define FUZZ_DISTURB_H

#include <stdint.h>

enum { DISTURB_THREADS_MAX = 8 };

/* Before `threads` threads, numbered from 0, begin; `seed` is the program's. Nobody runs yet. */
void disturb_begin(unsigned threads, uint64_t seed);

/* From here to the end of its share the calling thread is one of them. */
void disturb_enter(unsigned thread);
void disturb_leave(void);

/* The calling thread ends. */
void disturb_end(void);

#endif
