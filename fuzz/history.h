/* history.h - the inputs that a process ran last, in a file that outlives it: some mistakes are
 * noticed a few programs after they were made, and then the last input alone shows nothing.
 *
 *   count | length, bytes | length, bytes | ...    input number i in place i % HISTORY_INPUTS
 *
 * EXPOOL_FUZZ_HISTORY names the file, made anew by each process; without it nothing is kept. */
#ifndef FUZZ_HISTORY_H
#define FUZZ_HISTORY_H

#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_INPUTS = 128 }; /* the pool examines itself after every 64th */

struct history {
    uint64_t count;
    struct history_input {
        uint64_t length; /* longer ones are not kept: 0 */
        uint8_t bytes[PROGRAM_BYTES_MAX];
    } at[HISTORY_INPUTS];
};

/* Notes an input that is about to run. Ends the process, with one line, when the file that the
 * environment names cannot be made. */
void history_add(const uint8_t *bytes, size_t length);

/* Reads such a file. False, and one line on stderr: it cannot be, or is none. */
bool history_read(struct history *history, const char *path);

/* The input that ran `ago` others before the last; NULL: that is not kept. */
const struct history_input *history_ago(const struct history *history, unsigned ago);

#endif
