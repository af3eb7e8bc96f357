/* last_words.h - the key of a process that died: its failure's own, the sanitizer's, or made of
 * where it was, from what it said. */
#ifndef FUZZ_REPLAY_LAST_WORDS_H
#define FUZZ_REPLAY_LAST_WORDS_H

#include <stdio.h>

/* From now on a death by a signal prints its stack first, one frame a line:
 *   "last words: SIGSEGV", "    #0 0x1234 (program+0x5678)"
 * Signals that somebody else handles stay his. */
void last_words_install(void);

/* The key, in FAILURE_KEY_MAX bytes, of a process that ended with `status` after `log`:
 *   what stands behind DEDUP_TOKEN:       a failure of ours, or a sanitizer's three frames
 *   invariant/CONDITION                   the pool found itself at fault
 *   stop/CODE/CASE/FRAME/FRAME            a bug check without a host to ask
 *   crash/SIGSEGV/FRAME/FRAME             the two innermost functions of the library
 *   hang/FRAME                            the outermost: what the caller called
 *   exit/CODE                             none of these */
void last_words_key(const char *log, int status, char *key);

/* The log with the names of functions where the last words have only numbers. */
void last_words_print(const char *log, FILE *to);

#endif
