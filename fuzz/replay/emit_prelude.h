/* emit_prelude.h - what stands around the recorded calls in a file of C. */
#ifndef FUZZ_REPLAY_EMIT_PRELUDE_H
#define FUZZ_REPLAY_EMIT_PRELUDE_H

#include "fuzz/replay/calls.h"

#include <stdbool.h>
#include <stdio.h>

/* Ends the comment that was begun; only those helpers that the record uses. */
void emit_prelude(bool is_test, const struct calls *record, FILE *to);
void emit_end(bool is_test, FILE *to);

#endif
