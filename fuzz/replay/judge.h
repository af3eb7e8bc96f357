/* judge.h - what becomes of an input, told by a child that runs it as the target would. */
#ifndef FUZZ_REPLAY_JUDGE_H
#define FUZZ_REPLAY_JUDGE_H

#include "fuzz/replay/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JUDGE_TURNS = 130,      /* past the 64th, after which the pool examines itself */
    JUDGE_SECONDS = 20,     /* of minimizing; what there is by then is the answer */
    JUDGE_HANG_SECONDS = 3, /* then a shorter program hangs as the first one did */
};

/* Once; and when nothing fails then, many times in one process: some mistakes take what an earlier
 * program left behind. `*turns` says which it was. False: no child could be made. */
bool judge_any(struct trial *trial, const uint8_t *bytes, size_t length, unsigned *turns);

bool judge_bytes(struct trial *trial, const uint8_t *bytes, size_t length, unsigned turns);

/* Makes the input that failed so in so many turns short and plain; returns its new length. */
size_t judge_minimize(const struct trial *failed, uint8_t *bytes, size_t length, unsigned turns);

#endif
