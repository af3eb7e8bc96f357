/* bad_calls.h - calls that can never succeed, whatever else is the case; aux of OP_BAD_CALL, and
 * of OP_BAD_MORE from BAD_MORE_FIRST on. */
#ifndef FUZZ_BAD_CALLS_H
#define FUZZ_BAD_CALLS_H

#include "fuzz/program.h"

enum bad_call {
    BAD_MUST_SUCCEED,
    BAD_TAG_BIG,
    BAD_TAG_UNREADABLE, /* only the verifier minds */
    /* NULL, in silence */
    BAD_TYPE_BOTH, /* DontUseThisType */
    BAD_TYPE_UNKNOWN,
    BAD_PRIORITY,
    BAD_PARAMETER_SECURE,
    BAD_PARAMETER_RESERVED,
    BAD_PARAMETER_NODE,
    BAD_PARAMETER_MISSING,
    BAD_PARAMETER_TYPE,
    BAD_PARAMETER_PRIORITY,
    BAD_CREATE_POOL, /* STATUS_NOT_SUPPORTED */
    BAD_LIST,        /* STATUS_INVALID_PARAMETER_4, _5 and _6 */
    /* a raise of STATUS_INVALID_PARAMETER */
    BAD_FLAGS_RAISING,
    BAD_TAG_ZERO_RAISING,
    BAD_PARAMETER_RAISING,
    BAD_PRIORITY_RAISING,
    BAD_DESTROY_POOL,
    /* NULL, in silence */
    BAD_MORE_FIRST,
    BAD_NODE = BAD_MORE_FIRST, /* size: how far behind the last there is */
    BAD_NODE_THEN_PRIORITY,
    BAD_OPTIONAL_THEN_SECURE,
    BAD_PRIORITY_THEN_RESERVED,
    BAD_PARAMETER_TYPES,      /* size: which */
    BAD_PARAMETER_PRIORITIES, /* the same */
    BAD_PRIORITIES,
    BAD_TYPE_BIT, /* size: which bit that means nothing */
    BAD_FLAG_BIT,
    BAD_QUOTA_TYPE, /* tag: by which routine */
    BAD_QUERY,      /* of what is no block */
    /* stops */
    BAD_TAG_EDGE,     /* tag: a letter beside those that are readable */
    BAD_LEVEL_RAISED, /* size: how far above HIGH_LEVEL */
    BAD_LEVEL_LOWERED,
    /* a raise */
    BAD_NODE_RAISING,
    BAD_FLAG_BIT_RAISING,
    BAD_QUOTA_TYPE_RAISING,
    BAD_FSRTL_TYPE,
    BAD_LIST_TOO_LARGE,
    BAD_COUNT
};

#define BAD_TAG_VALUE   0x21232F2Au /* no letter, no digit */
#define BAD_POOL_HANDLE 0x1230u

static inline enum bad_call bad_call_of(const struct op *op)
{
    if (op->kind == OP_BAD_MORE)
        return (enum bad_call)(BAD_MORE_FIRST + op->aux % (BAD_COUNT - BAD_MORE_FIRST));
    return (enum bad_call)(op->aux % BAD_MORE_FIRST);
}

/* With the high bit of aux a call breaks another rule, too, which is asked later: what is told must
 * be the first. A tag that may not be is then of a request for 0 bytes, and a request that must
 * succeed has no tag. */
static inline bool bad_is_twice(const struct op *op)
{
    enum { TWICE = 0x80 };
    return (op->aux & TWICE) != 0;
}

static inline uint32_t bad_tag_size(const struct op *op)
{
    return bad_is_twice(op) ? 0 : op->size;
}

/* Above HIGH_LEVEL, to the last that a KIRQL holds. */
static inline uint8_t bad_level(const struct op *op)
{
    enum { ABOVE_HIGH = 16, LEVELS = 256 };
    return (uint8_t)(ABOVE_HIGH + (op->size - 1) % (LEVELS - ABOVE_HIGH));
}

/* Four letters, one of them beside the letters and digits, the others far off. */
static inline uint32_t bad_edge_tag(const struct op *op)
{
    static const unsigned char beside[PROGRAM_TAGS] = {'/', ':', '@', '[', '`', '{', '_', 0x7f};
    unsigned shift = op->size % 4 * 8;
    return (0x2a2a2a2au & ~(0xffu << shift)) | (uint32_t)beside[op->tag] << shift;
}

#endif
