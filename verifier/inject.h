/* inject.h - low resources simulation: which call that could succeed is made to fail.
 *   call -> does it match (tag, size, program, delay)? -> randomized: f(seed, the thread's how
 *   manieth call); nth: one number; systematic: its stack was not seen before
 * A failure is NULL, a status, or a raise where the call asks for one: the routine's own way. No
 * lock on the way of a call that is not to fail. */
#ifndef VERIFIER_INJECT_H
#define VERIFIER_INJECT_H

#include "pool/request.h"
#include "pool/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Takes the option's words (inject_settings.h) and the seed; in force while their rule is. *rules
 * gains that rule; where the words are "off" and a rule is there already, that one is simulated as
 * Windows does without more words (rate=600; systematic). Counters go on, but for nth='s. False,
 * and one line on stderr: bad words, two rules that exclude each other, or a state file that is not
 * to be had. Not in a signal handler. */
bool inject_set(const char *words, uint64_t seed, uint32_t *rules);

/* The rule that these words ask for; 0: none. False, and one line on stderr: bad words. */
bool inject_rules_of(const char *words, uint32_t *rules);

/* For a switch of rules while running: settles what a rule that is new in `rules` simulates. False:
 * as inject_set. */
bool inject_rules(uint32_t rules);

/* Is the request to fail? Counted and remembered when it is. */
bool inject_fails(const struct request *request);

/* The same for a routine that may fail without asking for pool. */
bool inject_fails_call(const void *frame);

/* Under the randomized simulation, a block handed out without being zeroed holds random bytes. */
void inject_soil(const struct request *request, void *block);

uint64_t inject_count(void); /* failures injected since the process began: Faults Injected */

/* "faults off", or "faults 3 of 1 234 (rate=600)". Async-signal-safe. */
void inject_state(struct text *text);

/* The last failures, newest first, for a report; nothing when there were none.
 * Async-signal-safe. */
void inject_failures(struct text *text);

#endif
