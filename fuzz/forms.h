/* forms.h - the ways to ask for a block: which routine, with which bits, and what that promises.
 * The model reads the promises, the execution makes the call. */
#ifndef FUZZ_FORMS_H
#define FUZZ_FORMS_H

#include "fuzz/parameters.h"
#include "fuzz/program.h"

#include <stdint.h>

enum form_call {
    CALL_POOL, /* ExAllocatePool: tag "None" */
    CALL_TAG,
    CALL_UNINITIALIZED,
    CALL_ZERO,
    CALL_2,
    CALL_3,
    CALL_PRIORITY,
    CALL_PRIORITY_ZERO,
    CALL_PRIORITY_UNINITIALIZED,
    CALL_QUOTA, /* tag "None" */
    CALL_QUOTA_TAG,
    CALL_QUOTA_ZERO,
    CALL_QUOTA_UNINITIALIZED,
    CALL_FSRTL, /* tag "None" */
    CALL_FSRTL_TAG,
    CALL_FSRTL_QUOTA, /* tag "None" */
    CALL_FSRTL_QUOTA_TAG,
};

enum form_trait {
    TRAIT_ZEROED = 1,
    TRAIT_TAGLESS = 2, /* the tag is "None" */
    TRAIT_RAISES = 4,  /* instead of returning NULL */
    TRAIT_CHARGED = 8, /* to the current process */
    TRAIT_PROTECTED = 16,
    TRAIT_SPECIAL = 32, /* asks for special pool whatever is selected */
    TRAIT_NODE = 64,    /* only where the pool is non-paged and no-execute */
    TRAIT_MODEST = 128, /* goes without while less than a tenth is left */
    TRAIT_AT_START = 256,
    TRAIT_AT_END = 512,
    TRAIT_NORMAL = 1024,     /* goes without while less than 2 % are left */
    TRAIT_NO_EXECUTE = 2048, /* what is executable otherwise is not */
    TRAIT_EDGE_TAG = 4096,   /* a tag with one readable letter, the first or last of its kind */
};

struct form {
    enum form_call call;
    unsigned traits;
    uint32_t bits;              /* into a POOL_TYPE */
    uint64_t flags;             /* into POOL_FLAGS */
    uint8_t priority;           /* an EX_POOL_PRIORITY */
    enum parameters parameters; /* of a CALL_3 */
};

/* The form of an operation that allocates, those from lists excepted. */
const struct form *form_of(const struct op *op);

#endif
