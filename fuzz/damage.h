/* damage.h - bytes that nobody should have written: which, and what that hits. The operations that
 * break rules under the verifier choose them:
 *   write_before        the header of a block, the pattern in front of it
 *   write_slack, flip_slack   behind a block: its rest, the next header or block, the pattern
 *   write_freed         a freed block and its header
 *   write_guard         anywhere in the block's pages, up to the guard */
#ifndef FUZZ_DAMAGE_H
#define FUZZ_DAMAGE_H

#include "fuzz/model.h"

#include <stdbool.h>

enum { DAMAGE_BYTES_MAX = 16 };

/* Each byte at `start` is exclusive-ored with the mask's, of which none is 0. */
struct damage_bytes {
    unsigned char *start;
    unsigned length;
    unsigned char mask[DAMAGE_BYTES_MAX];
};

bool damage_kind(enum op_kind kind);

/* False: there is nothing to write to. */
bool damage_plan(const struct model *model, const struct op *op, struct damage_bytes *bytes);

void damage_do(const struct damage_bytes *bytes);

/* Some of the bytes are the block's own, or were. */
bool damage_hits(const struct handle *handle, const struct damage_bytes *bytes);

#endif
