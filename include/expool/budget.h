/* expool/budget.h - how much each class of pool may hold, and the events that say it is too much.
 * Ours, not Windows': every name begins with expool_. */
#ifndef EXPOOL_BUDGET_H
#define EXPOOL_BUDGET_H

#include "expool/statistics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct expool_budget {
    uint64_t limit_bytes; /* UINT64_MAX: none */
    uint64_t used_bytes;  /* in pages: cut, big, and special pool's data pages */
    uint64_t peak_bytes;
    bool is_low;       /* less than a tenth is free (until 15 % are again) */
    bool is_exhausted; /* less than 2 % is free (until 4 % are again) */
};

/* The limit of one class, what is used of it, and the conditions that follow. Any IRQL. */
void expool_budget_get(enum expool_class pool_class, struct expool_budget *budget);

/* Limits the class to `limit_bytes`, rounded down to pages, from now on; 0: no limit. What is in
 * use above it stays in use. Allocations beyond it give NULL, or raise
 * STATUS_INSUFFICIENT_RESOURCES where asked to. The options nonpaged_limit_mb, paged_limit_mb and
 * pool_limits set it at start. */
void expool_budget_set_limit(enum expool_class pool_class, uint64_t limit_bytes);

/* What Windows writes to its system log. An event comes once an episode: the episode ends when use
 * has fallen to 85 % of what it was at the event. */
enum expool_event_id {
    EXPOOL_EVENT_RESOURCES_LOW = 2004,  /* Resource-Exhaustion-Detector: commit */
    EXPOOL_EVENT_NONPAGED_EMPTY = 2019, /* Srv */
    EXPOOL_EVENT_PAGED_EMPTY = 2020,    /* Srv */
};

enum { EXPOOL_EVENT_TAGS = 3 };

struct expool_event_tag {
    uint32_t tag; /* 0: there are not so many */
    uint64_t bytes;
    uint64_t blocks;      /* live */
    const void *site;     /* return address of most of them; NULL: not recorded (pool_stacks=1) */
    uint64_t site_blocks; /* how many of them, of those with a stack */
};

struct expool_event {
    enum expool_event_id id;
    const char *source; /* "Srv" */
    const char *text;   /* Windows' words */
    struct expool_budget pool[EXPOOL_CLASS_COUNT];
    uint64_t commit_bytes;
    uint64_t commit_limit_bytes;
    struct expool_event_tag largest[EXPOOL_CLASS_COUNT][EXPOOL_EVENT_TAGS]; /* by bytes */
};

/* Returns true when the event is taken care of: then nothing is printed. Called by the thread whose
 * allocation it was, at its IRQL, with no lock held. Must not allocate from the pool. */
typedef bool expool_event_hook(const struct expool_event *event, void *context);

/* Makes `hook` the one to be told; NULL for none. Without one, or when it returns false, the event
 * is written to stderr (events=off: not). Any IRQL. */
void expool_on_event(expool_event_hook *hook, void *context);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
