/* remove_lock_watch.h - I/O verification (rule 0x10) of remove locks: which were initialised, and
 * with which tags they are held. A lock goes with its memory. */
#ifndef KERNEL_REMOVE_LOCK_WATCH_H
#define KERNEL_REMOVE_LOCK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* 0xC4/0xD7 when it was initialised before and its memory has not been freed since. */
void remove_lock_begins(const void *lock, const void *frame);
void remove_lock_taken(const void *lock, const void *tag);
/* 0xC4/0xD5, or with `is_last` 0xC4/0xD6, when no acquisition with this tag is left. */
void remove_lock_dropped(const void *lock, const void *tag, bool is_last, const void *frame);

/* Forgets those in [start, end). */
void remove_locks_forget(uintptr_t start, uintptr_t end);

#endif
