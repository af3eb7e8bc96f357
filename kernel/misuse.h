/* misuse.h - raising a violation from a routine of the kernel folder: MISUSE stands in the public
 * routine itself, so that the report's stack begins with its caller. */
#ifndef KERNEL_MISUSE_H
#define KERNEL_MISUSE_H

#include "pool/kind.h"
#include "pool/util.h"
#include "pool/violation.h"

#include <stdint.h>

struct misuse {
    enum violation_kind kind;
    const volatile void *object; /* the lock, event, ... */
    uint64_t expected;
    uint64_t found;
    const void *frame; /* of the public routine; NULL: told of the code at `pc` */
    uintptr_t pc;
    const struct side_stack *sides; /* stacks that explain it */
    unsigned side_count;
    uint32_t rule;      /* of DDI compliance; 0: as the kind says */
    const char *detail; /* one sentence more; NULL: none */
};

#define OWN_FRAME __builtin_frame_address(0)
#define MISUSE(what, subject)                                                                      \
    misuse_raise(&(struct misuse){.kind = (what), .object = (subject), .frame = OWN_FRAME})
#define MISUSE_WITH(what, subject, ...)                                                            \
    misuse_raise(                                                                                  \
        &(struct misuse){.kind = (what), .object = (subject), .frame = OWN_FRAME, __VA_ARGS__})
/* Outside of the public routine: says its frame itself. */
#define MISUSE_TOLD(what, subject, ...)                                                            \
    misuse_raise(&(struct misuse){.kind = (what), .object = (subject), __VA_ARGS__})

/* Stands at the start of a public routine that may be called up to the level `highest`. */
#define MISUSE_ABOVE(highest)                                                                      \
    do {                                                                                           \
        if (UNLIKELY(irql_current > (highest)))                                                    \
            MISUSE(VIOLATION_API_IRQL, NULL);                                                      \
    } while (0)

/* Returns when the rule does not hold in this mode, or the host said to go on. */
void misuse_raise(const struct misuse *misuse);

#endif
