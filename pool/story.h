/* story.h - everything known about one block, live or freed, in the form reports and hosts want it.
 * Whoever owns the block's place fills it in. */
#ifndef POOL_STORY_H
#define POOL_STORY_H

#include "pool/kind.h"
#include "pool/stack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum story_place {
    STORY_NOWHERE, /* no block is known */
    STORY_SMALL,   /* cut from a page; header in front */
    STORY_BIG,     /* whole pages */
    STORY_SPECIAL, /* a special-pool slot */
};

struct story {
    enum story_place place;
    bool is_live;
    bool is_readable; /* [window, window + window_bytes) can be looked at: the picture */
    const unsigned char *block;
    size_t size_bytes; /* as requested; for STORY_SMALL as charged, less the header */
    const unsigned char *window;
    size_t window_bytes;
    const unsigned char *guard; /* the inaccessible page nearest the block's end; NULL: none */
    const char *placement;      /* "placed at the page's end"; NULL: nothing to say */
    enum pool_kind pool;
    uint32_t tag;
    uint32_t slot;      /* special pool */
    uint8_t fill;       /* pattern byte around the block, special pool */
    size_t reach_bytes; /* so many bytes of pattern on either side at most */
    uint8_t irql_allocated;
    bool has_details; /* thread, time and number below are known */
    uint32_t thread_allocated;
    uint32_t thread_freed;
    uint32_t allocated_ms; /* since start */
    uint64_t number;       /* the how-manieth allocation */
    stack_id allocated_stack;
    stack_id freed_stack;
};

#endif
