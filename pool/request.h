/* request.h - what a caller asks for, checked and translated out of POOL_TYPE or POOL_FLAGS: the
 * form in which the engine and the verifier see every allocation and every free. */
#ifndef POOL_REQUEST_H
#define POOL_REQUEST_H

#include "pool/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much must be left for the request to be served. NONE: the routine has no priority; it fails
 * only when nothing is left. */
enum request_priority { PRIORITY_NONE, PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH };

/* Which routines of the C and C++ libraries a block belongs to: it is freed by one of the same. */
enum request_family { FAMILY_MALLOC, FAMILY_NEW, FAMILY_NEW_ARRAY };

/* Which end of its page a special-pool block should lie at. ANY: as the verifier's option says. */
enum request_placement { PLACEMENT_ANY, PLACEMENT_END, PLACEMENT_START };

struct request {
    enum pool_kind kind;
    bool zero;
    bool raise;           /* raise instead of NULL */
    bool special;         /* POOL_FLAG_SPECIAL_POOL */
    bool must_succeed;    /* a removed pool type: a violation */
    bool quota;           /* charge the current process */
    bool low_reservation; /* the first seed's flag: judged as PRIORITY_LOW */
    bool is_malloc; /* the C library's family: no rule of tag, type or IRQL; 0 bytes are served */
    uint8_t family; /* enum request_family, of a malloc request */
    uint8_t alignment_log2; /* 0: none asked for; else a power of two the block begins at */
    enum request_priority priority;
    enum request_placement placement;
    uint32_t tag;      /* with PROTECTED_POOL_BIT as given */
    size_t size_bytes; /* as asked for; Windows' routines have made 1 of 0 */
    const void *frame; /* frame of the API routine: the caller's stack begins above it */
};

struct release {
    void *address;
    uint32_t tag; /* 0: do not check */
    bool has_size_hint;
    bool is_malloc; /* by the C library's family */
    uint8_t family;
    size_t size_hint_bytes;
    const void *frame;
};

#define PROTECTED_POOL_BIT 0x80000000u

/* 16 bytes come by themselves; POOL_FLAG_CACHE_ALIGNED asks for 64. */
enum { ALIGNMENT_LOG2_BLOCK = 4, ALIGNMENT_LOG2_CACHE = 6 };

/* More than every block has by itself. */
static inline bool request_is_aligned(const struct request *request)
{
    return request->alignment_log2 > ALIGNMENT_LOG2_BLOCK;
}

static inline uint32_t tag_without_protection(uint32_t tag)
{
    return tag & ~PROTECTED_POOL_BIT;
}

/* From a POOL_TYPE with its modifier bits; false for a type that does not exist (then NULL is the
 * answer). */
bool request_from_type(struct request *request, uint32_t pool_type);

/* From POOL_FLAGS; false for an invalid set (then NULL, or a raise when `raise` came out true). */
bool request_from_flags(struct request *request, uint64_t flags);

/* From an EX_POOL_PRIORITY: level in bits 4 and 5, bit 3 a wish for special pool's placement, bit 0
 * which one. False for a value that is none. */
bool request_set_priority(struct request *request, uint32_t priority);

#endif
