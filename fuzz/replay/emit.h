/* emit.h - a failing program as C that needs nothing but the library's public headers: its calls
 * one by one, and what was wrong in the end. */
#ifndef FUZZ_REPLAY_EMIT_H
#define FUZZ_REPLAY_EMIT_H

#include "fuzz/replay/inputs.h"

#include <stdio.h>

enum emit_form {
    EMIT_PROGRAM, /* with a main of its own */
    EMIT_TEST,    /* tests/test_*.c */
};

struct emitted {
    const char *gap; /* why nothing was written; NULL: it was */
    int status; /* what it dies of, as waitpid tells it; 0: it ends by itself and says what came */
};

/* Runs the program, `turns` times in one process, and writes the calls that were made. `key` is
 * what it fails with, "" when it does not: then the calls are all there is to see. */
struct emitted emit_c(const struct replay_input *input, const char *key, unsigned turns,
                      enum emit_form form, FILE *to);

#endif
