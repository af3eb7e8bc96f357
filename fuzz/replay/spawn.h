/* spawn.h - another program run to its end, and what it said. */
#ifndef FUZZ_REPLAY_SPAWN_H
#define FUZZ_REPLAY_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

/* Runs words[0], found by PATH, and waits, `seconds` at most: then it is killed. `said` gets what
 * it wrote on standard output, and on standard error too when `takes_errors`, cut to `capacity`.
 * Returns its status as waitpid tells it; -1, and one line on stderr: it could not be run. */
int spawn_and_read(const char *const *words, char *said, size_t capacity, bool takes_errors);

enum { SPAWN_SECONDS = 60 };

#endif
