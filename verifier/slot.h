/* slot.h - what is known about one unit of special pool, kept beside it, never inside: a
 * use-after-free can still be explained when the memory is gone.
 *
 *   unit of space:  | data page | guard page |          a block of n pages takes ceil((n + 1) / 2)
 *   its slot:       | word 8 | tag 4 | stacks 4+4 | threads 2+2 | ms 4 | number 4 |   32 bytes
 *   the word:       | size 40 | state 3 | irql 4 | kind 2 | placement 2 | alignment 5 | family 2 |
 *                   | fill 6 |
 *
 * The word changes hands atomically: whoever moves it from LIVE to FREEING frees the block. The
 * rest is written by the one who holds the slot. In a TAIL the size is the distance to the first
 * unit. */
#ifndef VERIFIER_SLOT_H
#define VERIFIER_SLOT_H

#include "pool/kind.h"
#include "pool/options.h"
#include "pool/request.h"
#include "pool/stack.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum slot_state {
    SLOT_NEVER,     /* was never handed out */
    SLOT_READY,     /* its page is filled and waits in a lane */
    SLOT_LIVE,      /* first unit of a block */
    SLOT_FREEING,   /* one thread is freeing it */
    SLOT_DEAD,      /* freed, inaccessible */
    SLOT_RESTING,   /* freed, page open and pattern-filled (recycle) */
    SLOT_TAIL,      /* a further unit of a live block */
    SLOT_TAIL_DEAD, /* a further unit of a freed one */
};

#define SLOT_SIZE_MAX ((UINT64_C(1) << 40) - 1)

/* The word, taken apart. `placement` is enum option_verify. */
struct slot_facts {
    uint64_t size_bytes : 40;
    uint64_t state : 3;
    uint64_t irql_allocated : 4;
    uint64_t kind : 2;
    uint64_t placement : 2;
    uint64_t alignment_log2 : 5; /* 0: none asked for */
    uint64_t family : 2;         /* 0: pool; 1 + enum request_family */
    uint64_t fill : 6;           /* the low bits of the pattern byte */
};

struct slot {
    _Atomic uint64_t word;
    _Atomic uint32_t tag; /* with the protection bit */
    _Atomic stack_id allocated_stack;
    _Atomic stack_id freed_stack;
    _Atomic uint16_t thread_allocated; /* small indexes: lane.h */
    _Atomic uint16_t thread_freed;
    _Atomic uint32_t allocated_ms;
    _Atomic uint32_t number; /* the low half */
};

/* A report may read a slot while its block is freed by another thread: it then tells of either
 * life, which no order of these accesses could better. */
#define SLOT_READ(field)         atomic_load_explicit(&(field), memory_order_relaxed)
#define SLOT_WRITE(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)

static_assert(sizeof(struct slot_facts) == sizeof(uint64_t), "the facts are one word");
static_assert(sizeof(struct slot) == 32, "32 bytes a slot");

static inline struct slot_facts slot_facts_of(uint64_t word)
{
    struct slot_facts facts;
    memcpy(&facts, &word, sizeof facts);
    return facts;
}

static inline uint64_t slot_word_of(struct slot_facts facts)
{
    uint64_t word;
    memcpy(&word, &facts, sizeof word);
    return word;
}

static inline uint64_t slot_word(const struct slot *slot)
{
    return atomic_load_explicit(&slot->word, memory_order_acquire);
}

static inline struct slot_facts slot_facts(const struct slot *slot)
{
    return slot_facts_of(slot_word(slot));
}

static inline enum slot_state slot_state(const struct slot *slot)
{
    struct slot_facts facts = slot_facts(slot);
    return (enum slot_state)facts.state;
}

static inline void slot_set(struct slot *slot, struct slot_facts facts)
{
    atomic_store_explicit(&slot->word, slot_word_of(facts), memory_order_release);
}

static inline void slot_set_state(struct slot *slot, enum slot_state state)
{
    struct slot_facts facts = slot_facts(slot);
    facts.state = state & 7u;
    slot_set(slot, facts);
}

/* A block was there: what the slot says of it may be told. */
static inline bool slot_has_block(struct slot_facts facts)
{
    return facts.size_bytes > 0 || facts.family > 0;
}

/* LIVE as seen in `word` becomes FREEING; false when somebody else was faster. */
static inline bool slot_claim(struct slot *slot, uint64_t word)
{
    struct slot_facts facts = slot_facts_of(word);
    facts.state = SLOT_FREEING;
    return atomic_compare_exchange_strong(&slot->word, &word, slot_word_of(facts));
}

static inline bool slot_is_live(const struct slot *slot)
{
    return slot_state(slot) == SLOT_LIVE;
}

/* A lane may take it: nothing lives there and no page is open. */
static inline bool slot_is_takeable(const struct slot *slot)
{
    enum slot_state state = slot_state(slot);
    return state == SLOT_NEVER || state == SLOT_DEAD || state == SLOT_TAIL_DEAD;
}

static inline size_t slot_pages(size_t size_bytes)
{
    return size_bytes == 0 ? 1 : (size_bytes + PAGE_BYTES - 1) / PAGE_BYTES;
}

static inline size_t slot_units(size_t size_bytes)
{
    return (slot_pages(size_bytes) + 2) / 2;
}

static inline size_t slot_alignment(struct slot_facts facts)
{
    if (facts.alignment_log2 > 0)
        return (size_t)1 << facts.alignment_log2;
    return facts.placement == OPTION_VERIFY_EXACT ? 1 : (size_t)1 << ALIGNMENT_LOG2_BLOCK;
}

/* Windows promises page alignment from a page upwards, the C library does not. */
static inline bool slot_begins_page(struct slot_facts facts)
{
    return facts.placement == OPTION_VERIFY_START ||
           (facts.placement == OPTION_VERIFY_END && facts.size_bytes >= PAGE_BYTES &&
            facts.family == 0);
}

/* Where the block begins in the data pages that start at `data`. One of 0 bytes lies at the guard
 * itself, unless it was to be aligned to more than a page. */
static inline unsigned char *slot_block(struct slot_facts facts, unsigned char *data)
{
    size_t room = slot_pages(facts.size_bytes) * PAGE_BYTES;
    size_t alignment = slot_alignment(facts);
    if (facts.size_bytes == 0 && alignment <= PAGE_BYTES)
        return data + room;
    if (slot_begins_page(facts))
        return data;
    return data + ((room - facts.size_bytes) & ~(alignment - 1));
}

/* "placed at the page's end" */
const char *slot_placement_name(struct slot_facts facts);

/* What `facts.fill` is for the block of unit `unit`, and the byte that it stands for: never 0, no
 * letter, no digit, and not what freed memory is filled with. */
unsigned slot_fill(uint64_t seed, uint32_t unit);

static inline uint8_t slot_fill_byte(struct slot_facts facts)
{
    return (uint8_t)(0x80u | facts.fill);
}

/* The bytes around a block that carry its pattern: up to `reach` on either side, as far as its
 * pages go. */
struct slot_margins {
    unsigned char *front;
    size_t front_bytes;
    unsigned char *slack;
    size_t slack_bytes;
};
/* `block` is what slot_block says. */
static inline struct slot_margins slot_margins(struct slot_facts facts, unsigned char *data,
                                               unsigned char *block, size_t reach)
{
    unsigned char *slack = block + facts.size_bytes;
    size_t front_bytes = (size_t)(block - data);
    size_t slack_bytes = (size_t)(data + slot_pages(facts.size_bytes) * PAGE_BYTES - slack);
    front_bytes = front_bytes < reach ? front_bytes : reach;
    slack_bytes = slack_bytes < reach ? slack_bytes : reach;
    return (struct slot_margins){block - front_bytes, front_bytes, slack, slack_bytes};
}

enum { SLOT_FREED_FILL = 0xEE, SLOT_ALIGNMENT_LOG2_MAX = 26 };

#endif
