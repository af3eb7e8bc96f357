/* options.h - the command line of replay_NAME. */
#ifndef FUZZ_REPLAY_OPTIONS_H
#define FUZZ_REPLAY_OPTIONS_H

#include "fuzz/replay/triage.h"

#include <stdbool.h>
#include <stdint.h>

/* Exit codes: as expected; a verdict was wrong; trouble. */
enum { REPLAY_WRONG = 1, REPLAY_TROUBLE = 2 };

/* What to do with each input. */
enum replay_mode {
    REPLAY_RUN,
    REPLAY_PRINT,
    REPLAY_HASHES,
    REPLAY_GENERATE,
    REPLAY_CONVERT,
    REPLAY_KIND,
    REPLAY_KEY,
    REPLAY_MINIMIZE,
    REPLAY_EMIT_C,
    REPLAY_EMIT_TEST,
    REPLAY_TRIAGE,
    REPLAY_MODE_COUNT
};

struct replay_options {
    enum replay_mode mode;
    bool is_reversed;
    bool is_shuffled;
    bool runs_twice;
    uint64_t shuffle_seed;
    uint64_t count; /* of --generate */
    uint64_t seed;
    struct triage triage;
    char **words; /* what is no option */
    int word_count;
};

/* Does not return from --help or a bad command line: then one line says what, where and the nearest
 * valid one, and the exit code is REPLAY_TROUBLE. */
void replay_options_read(struct replay_options *options, int count, char **arguments);

#endif
