/* minimize.h - the shortest and plainest program that fails as a given one does. Whatever is left
 * out or changed must leave the key of the failure as it was: any other failure is another bug. */
#ifndef FUZZ_REPLAY_MINIMIZE_H
#define FUZZ_REPLAY_MINIMIZE_H

#include "fuzz/failure.h"
#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MINIMIZE_TRIALS_MAX = 4000, MINIMIZE_SEEN = 8192 };

/* The key of what becomes of an input, "" when nothing fails: FAILURE_KEY_MAX bytes. */
typedef void minimize_judge(const uint8_t *bytes, size_t length, char *key, void *context);

struct minimizer {
    minimize_judge *judge;
    void *context;
    char key[FAILURE_KEY_MAX]; /* which failure to keep */
    unsigned trials;           /* so far */
    unsigned answered;         /* without a trial: the same input was judged before */
    unsigned trials_max;       /* then what there is by then is the answer */
    uint64_t seen[MINIMIZE_SEEN];
};

/* Made ready for a failure with this key. */
void minimizer_start(struct minimizer *minimizer, const char *key, minimize_judge *judge,
                     void *context);

/* Changes `program` in place: drops what follows the failing operation, then the operations of
 * other handles, then runs and single ones from the end; header and arguments go to the plainest
 * values that still fail (handle 0.., size 16, tag 0, PASSIVE_LEVEL). */
void minimize_program(struct minimizer *minimizer, struct program *program);

/* Bytes that are no program: drops pieces, then makes bytes '0'. Returns the new length. */
size_t minimize_bytes(struct minimizer *minimizer, uint8_t *bytes, size_t length);

#endif
