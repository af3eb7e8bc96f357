/* inputs.h - the inputs a replay was given: files, folders of them, in which order. */
#ifndef FUZZ_REPLAY_INPUTS_H
#define FUZZ_REPLAY_INPUTS_H

#include "fuzz/program_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INPUT_BYTES_MAX = 1 << 20 };

struct replay_inputs {
    char **names;
    size_t count;
    bool had_trouble; /* something could not be read, and one line said so */
};

struct replay_input {
    const char *name;
    size_t length;
    bool is_text; /* `text` has its expectations too */
    uint8_t bytes[INPUT_BYTES_MAX];
    struct program_text text;
};

/* Adds a file, or every file of a folder and of those below it; names that begin with a dot and
 * README.md are left out. */
void replay_inputs_add(struct replay_inputs *inputs, const char *path);

/* Forgets all of them. */
void replay_inputs_release(struct replay_inputs *inputs);

/* In the opposite order; in one that the seed decides. */
void replay_inputs_reverse(struct replay_inputs *inputs);
void replay_inputs_shuffle(struct replay_inputs *inputs, uint64_t seed);

/* Reads one. Of a program `text.program` is filled, and `bytes` hold its bytes, whichever form it
 * came in; other bytes are left as they are. False, and one line on stderr, when it cannot be. */
bool replay_input_read(struct replay_input *input, const char *name, bool is_program);

#endif
