/* trial.h - something run by a child that starts where this process stands: what came of it, told
 * by the key of its failure. A crash, an abort or a hang ends the child only. */
#ifndef FUZZ_REPLAY_TRIAL_H
#define FUZZ_REPLAY_TRIAL_H

#include "fuzz/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIAL_LOG_MAX = 1 << 18 };

extern unsigned trial_seconds; /* then it hangs */

struct trial {
    bool has_failed;
    int status;                /* as waitpid tells it */
    char key[FAILURE_KEY_MAX]; /* "" when nothing failed */
    char log[TRIAL_LOG_MAX];   /* what it said on stderr, cut to the room there is */
};

/* Runs `body` in a child. False: none could be made, and one line says why. */
bool trial_run(struct trial *trial, void (*body)(void *context), void *context);

#endif
