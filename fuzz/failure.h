/* failure.h - where whatever a target finds itself ends: one reporter a class, each a function of
 * its own, so that tools which look at stacks keep the classes apart. A reporter prints the program
 * as text, the sentence, what ClusterFuzz knows a crash by, and the key; then it aborts.
 *
 *   key   missed/0xC1-0x20 did not come/free_twice
 *         class / finding / operation [/ back end, in the plain pool only]
 *
 * The key is the same for the same bug: no address, size or seed is in it. */
#ifndef FUZZ_FAILURE_H
#define FUZZ_FAILURE_H

#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAILURE_KEY_MAX = 160 };

/* `program` is what ran, NULL when the input is none; `index` the operation, `program->count` when
 * it was the accounts at the end. `text` says in words what was expected and what came: that is the
 * finding, part of the key, the same for the same bug. Numbers that differ from run to run follow
 * in parentheses and are not part of it: "another block (0x7f.. of 32 bytes)".
 *
 * Returns only when the key is a known issue: then the caller ends this input quietly. */
typedef void failure_reporter(const struct program *program, unsigned index, const char *text);

failure_reporter failure_missed;           /* no bug check came where one had to */
failure_reporter failure_wrong;            /* one came, with another code, parameter or block */
failure_reporter failure_false_alarm;      /* one came that nobody asked for */
failure_reporter failure_result;           /* a legal operation with a wrong result */
failure_reporter failure_statistics;       /* counters, charges, the leak report */
failure_reporter failure_nondeterministic; /* the same input took another course */
failure_reporter failure_difference;       /* two ways that must agree do not */
failure_reporter failure_unsound;          /* the pool finds itself damaged */

/* The key that `reporter` would give, in FAILURE_KEY_MAX bytes. */
void failure_key(failure_reporter *reporter, const struct program *program, unsigned index,
                 const char *text, char *key);

/* Of a key: 64 bits for file names. */
uint64_t failure_hash(const char *key);

/* Reads the keys of known issues, one a line; a line that begins with # is a comment. False, and
 * one line on stderr, when it cannot be read. The environment names one: EXPOOL_FUZZ_KNOWN. */
bool failure_read_known(const char *path);

/* Every failure is told to `told` before anything else is done; NULL: to nobody. */
void failure_tell(void (*told)(const char *text));

/* Inputs that ended at a known issue. */
uint64_t failure_known_count(void);

#endif
