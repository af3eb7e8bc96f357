/* request.h - what a caller asks for, checked and translated out of POOL_TYPE or POOL_FLAGS: the
 * form in which the engine and the verifier see every allocation and every free. */
#ifndef POOL_REQUEST_H
#define POOL_REQUEST_H

#include "pool/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request {
    enum pool_kind kind;
    bool zero;
    bool cache_aligned; /* 64 bytes */
    bool raise;         /* raise instead of NULL */
    bool special;       /* POOL_FLAG_SPECIAL_POOL */
    bool must_succeed;  /* a removed pool type: a violation */
    uint32_t tag;       /* with PROTECTED_POOL_BIT as given */
    size_t size_bytes;  /* as asked for; the engine serves 0 as 1 */
    const void *frame;  /* frame of the API routine: the caller's stack begins above it */
};

struct release {
    void *address;
    uint32_t tag; /* 0: do not check */
    bool has_size_hint;
    size_t size_hint_bytes;
    const void *frame;
};

#define PROTECTED_POOL_BIT 0x80000000u

static inline uint32_t tag_without_protection(uint32_t tag)
{
    return tag & ~PROTECTED_POOL_BIT;
}

/* From a POOL_TYPE with its modifier bits; false for a type that does not exist (then NULL is the
 * answer). */
bool request_from_type(struct request *request, uint32_t pool_type);

/* From POOL_FLAGS; false for an invalid set (then NULL, or a raise when `raise` came out true). */
bool request_from_flags(struct request *request, uint64_t flags);

#endif
