/* check.h - one program replayed with its expectations beside it: what the model says, what
 * the file says, what came. */
#ifndef FUZZ_REPLAY_CHECK_H
#define FUZZ_REPLAY_CHECK_H

#include "fuzz/replay/inputs.h"

#include <stdbool.h>
#include <stdio.h>

/* Runs it. `print` gets the program as text with an `# expect:` a line, and what went wrong as a
 * comment below; NULL: it is not printed. What went wrong is said on stderr too. */
bool replay_check(const struct replay_input *input, FILE *print);

/* It was written for another target: what the file expects holds there, and is not compared. */
bool replay_is_foreign(const struct replay_input *input);

#endif
