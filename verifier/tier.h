/* tier.h - where guards come from: one row of operations for each way the system offers.
 *   uffd      a page that is not filled is dead; a free moves the page to the next slot (SIGBUS)
 *   guard     guards installed over the whole region, taken away page by page (SIGSEGV)
 *   mprotect  two mappings a block, so the number of live blocks has an end (SIGSEGV)
 * Chosen once at start, after being tried for real. */
#ifndef VERIFIER_TIER_H
#define VERIFIER_TIER_H

#include "expool/verifier.h"
#include "pool/options.h"

#include <stdbool.h>
#include <stddef.h>

struct tier {
    enum expool_tier number;
    const char *name;
    bool (*works)(void);
    /* Makes a whole region, accessible so far to nobody or to anybody, dead. */
    bool (*prepare)(void *start, size_t bytes, bool executable);
    bool (*open)(void *start, size_t bytes, bool executable); /* dead pages become zeroed ones */
    bool (*close)(void *start, size_t bytes);                 /* dead at once; memory goes back */
    /* Of a stretch of dead pages: the memory that describes them goes back, they stay dead. */
    void (*forget)(void *start, size_t bytes);
    /* NULL, or: opens single pages, up to OS_AHEAD_MAX, in one go; false: none. */
    bool (*open_ahead)(void *const *pages, size_t count);
    /* NULL, or: opens `to` by closing `from`; false: only as many of the first pages went. */
    bool (*move)(void *to, void *from, size_t bytes);
};

/* The first that works here, or the one asked for; NULL after one line on stderr. */
const struct tier *tier_choose(enum option_tier wanted);

/* Calls back for every stretch that was prepared. */
typedef bool tier_stretches(bool (*prepared)(void *start, size_t bytes));

/* True when no further stretch is opened because the system's mappings are nearly used up. */
bool tier_is_at_limit(const struct tier *tier);

/* In a child: what a fork does not hand down is made anew; false when that fails. */
bool tier_after_fork(const struct tier *tier, tier_stretches *each);

/* Whom to ask when the guards must be made anew in between. */
void tier_keep(tier_stretches *each);

/* The descriptor that the guards hang on; -1: none. The program may want its number: then it leaves
 * for another one (false: there is none). */
int tier_descriptor(void);
bool tier_descriptor_leave(void);

#endif
