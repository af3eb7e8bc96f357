/* bugcheck_fold.h - on_bugcheck=continue: one report for each kind of finding, told apart by its
 * token; the others are counted. The caller is the one thread that reports. */
#ifndef POOL_BUGCHECK_FOLD_H
#define POOL_BUGCHECK_FOLD_H

#include <stdbool.h>
#include <stdint.h>

uint64_t fold_count(void); /* findings of this process so far; a forked child begins with 0 */

/* Counts the finding; false: one with this token was there before. */
bool fold_is_new(const char *token);

/* The last words: how many of each. */
void fold_tell(void);

#endif
