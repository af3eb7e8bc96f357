/* track.h - pool tracking: a record of every verified block that lies in normal pool, kept beside
 * the pool. It knows what a header has no room for (the size asked for, stacks, time, the driver),
 * and remembers blocks for a while after their free.
 *   bucket by address -> | address | size | tag | stacks | ... | -> ...    live and freed ones
 *   block in the pool:   | as asked for | trailer |   looked at when it is freed
 * Sixteen locks by bucket; nothing is raised, and no routine of the pool's called, under them. */
#ifndef VERIFIER_TRACK_H
#define VERIFIER_TRACK_H

#include "pool/request.h"
#include "pool/story.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: no memory for the table. Idempotent. */
bool track_start(void);

/* Serves a request from normal pool and records it for `driver`. False: it is not to be tracked
 * (the rule is off, the caller is not verified, the table is full): the pool serves it as ever. */
bool track_allocate(const struct request *request, uint16_t driver, void **block);

/* True: the block was tracked; it has been freed, or a rule was raised. */
bool track_free(const struct release *release);

/* The story of the tracked block at the address, live or freed; false: there is none, or who was
 * interrupted to tell it holds the lock. */
bool track_tell(const void *address, struct story *story);

/* Every live block. Called under a lock: takes no block and gives none. */
typedef void track_take(const struct story *story, uint16_t driver, void *context);
void track_each_live(track_take *take, void *context);

/* Looks at the trailer of every live block; how many. */
size_t track_sweep(const void *frame);
/* Frees them all without a check; how many. */
size_t track_reset(void);

size_t track_live(void);
uint64_t track_count(void);     /* blocks tracked since start */
uint64_t track_not_count(void); /* not tracked for want of room */

#endif
