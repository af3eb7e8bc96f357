/* burst.h - many blocks of one size at once, again and again: more than a thread's cache holds, so
 * that what threads share is in use while others use it, too. The last lot is a present for the
 * next thread, which frees it. */
#ifndef FUZZ_BURST_H
#define FUZZ_BURST_H

#include "fuzz/program.h"

#include <stdint.h>

enum { BURST_MAX = 96, BURST_ROUNDS = 8 };

struct burst {
    unsigned count; /* of blocks that wait to be freed */
    uint32_t size;
    uint32_t tag;
    uint32_t quota;  /* of each, charged to the process of who allocated it */
    uint8_t class;   /* 1: paged */
    uintptr_t owner; /* no other burst's */
    unsigned char *blocks[BURST_MAX];
};

/* Allocates, fills, checks and frees as `op` says (pool, tag, handle: size, aux: how many); what is
 * in `burst` afterwards is left over. NULL, or what is wrong. */
const char *burst_do(struct burst *burst, const struct op *op);

/* Frees what is in it. */
const char *burst_free(struct burst *burst);

#endif
