/* special.h - special pool: every block on pages of its own, a dead page behind it, dead itself
 * once it is freed. Serves requests and frees; what is wrong with a free is judged in
 * special_judge.c. No lock of its own: lanes belong to threads, slots change hands by their
 * word. */
#ifndef VERIFIER_SPECIAL_H
#define VERIFIER_SPECIAL_H

#include "pool/counters.h"
#include "pool/live.h"
#include "pool/request.h"
#include "pool/story.h"
#include "verifier/space.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is in force since the last start; a free that began before the last stop may still read it
 * meanwhile. Its counters: pool/counters.h. */
struct special {
    unsigned placement; /* enum option_verify */
    bool is_recycling;
    uint64_t seed;
    uint64_t started_ms;
    size_t reach; /* so many bytes on either side of a block carry its pattern */
    size_t pages_max;
    _Atomic uint64_t pages_taken; /* live, and credit of the lanes */
    _Atomic uint64_t numbers;     /* of allocations, handed out to lanes */
};

extern struct special special;

/* Which end of its page the block goes to when it has no wish; enum option_verify, one of the first
 * three. */
unsigned special_side(const struct request *request);

enum special_answer {
    SPECIAL_SERVED,
    SPECIAL_TOO_LARGE, /* no special pool of this size would ever hold it */
    SPECIAL_REFUSED,   /* the pool's limit is reached */
    SPECIAL_FULL,      /* as many pages as special_pool_mb= says */
    SPECIAL_NO_PAGES,  /* the system gives none: no address, no mapping, refused */
};

enum special_answer special_allocate(const struct request *request, void **block);

/* False when the address is not special pool's. Otherwise it has been freed or a rule was
 * raised. */
bool special_free(const struct release *release);

/* The story of the block at, or nearest to, the address; false: not special pool's. Safe in a
 * signal handler. */
bool special_tell(const void *address, struct story *story);

/* True when a live block begins exactly there; then how many bytes were asked for. Any thread, any
 * IRQL, safe in a signal handler; no search. */
bool special_size(const void *address, size_t *size_bytes);

/* What an access to the address meets. Safe in a signal handler. */
enum special_place {
    SPECIAL_ELSEWHERE,
    SPECIAL_LIVE_PAGE,  /* a data page of a live block */
    SPECIAL_FREED_PAGE, /* of a freed one */
    SPECIAL_NO_PAGE,    /* a guard, or never used */
};
enum special_place special_place(const void *address);

/* Does it lie in a live block of paged pool? */
bool special_is_paged(const void *address);

/* Calls `take` for every live block's first unit. */
void special_each_live(void (*take)(uint32_t unit, void *context), void *context);

/* The same as pool_each_live. */
void special_each_block(live_take *take, void *context);

/* Looks at every live block and every resting slot; raises what it finds. How many blocks. Other
 * threads may go on, unless slots rest. */
size_t special_sweep(const void *frame);

/* What is wrong with slots, lanes and budget; NULL: nothing. No other thread may be in here. */
const char *special_check(void);

/* Frees all without a check; how many. */
size_t special_reset(void);

/* Frees the block of a unit in state FREEING, after a look at the pattern around it. `frame` is the
 * caller's; NULL: nobody's, and no look. */
void special_retire(uint32_t unit, const void *frame);
struct lanes;
/* Of the budget; `mine` is the calling thread's, or NULL. */
void special_return_pages(struct lanes *mine, size_t pages);
/* Brings the peak of live blocks up to date, as far as the calling thread's row says. */
void special_note_peak(void);

/* Shared by the two halves: the first unit of the block at the address, and its data pages. */
uint32_t special_head(const void *address);
void special_tell_unit(uint32_t unit, struct story *story);
/* True for a free with nothing to say about; then the caller is the one who frees it. Otherwise
 * special_judge knows. */
bool special_is_plain(const struct release *release, uint32_t unit);
/* True when the free may go on: the caller is now the one who frees it (special_judge.c). */
bool special_judge(const struct release *release, uint32_t unit);
/* Is the pattern around a block as it was laid, its first page at `data` and itself at `block`
 * now? */
bool special_is_sound(struct slot_facts facts, unsigned char *data, unsigned char *block);
/* The same of a block that lives: was it changed? Any IRQL; another thread may free the block
 * meanwhile, then it was not. */
bool special_is_damaged(uint32_t unit);
/* Raises what happened to the pattern around the block. */
void special_judge_pattern(uint32_t unit, const void *frame);
void special_judge_resting(uint32_t unit, const void *frame);

#endif
