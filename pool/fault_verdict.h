/* fault_verdict.h - which bug check a fault becomes: by IRQL, by what was touched and how, by whose
 * code touched it (bugchecks.md, section 3). One table, first match wins; without the verifier all
 * code but the pool's counts as a driver's. Async-signal-safe. */
#ifndef POOL_FAULT_VERDICT_H
#define POOL_FAULT_VERDICT_H

#include "pool/os.h"
#include "pool/violation.h"

/* What lies at the address. */
enum fault_place {
    FAULT_SPECIAL_LIVE,
    FAULT_SPECIAL_FREED,
    FAULT_SPECIAL_NO_PAGE,
    FAULT_POOL,           /* the ordinary pools: a page in use, or never used */
    FAULT_POOL_FREED,     /* a freed page of theirs */
    FAULT_DRIVER_IMAGE,   /* of a driver that is loaded */
    FAULT_UNLOADED_IMAGE, /* of one that was */
    FAULT_ELSEWHERE,
};

/* Whose code is at the instruction. */
enum fault_code {
    FAULT_BY_DRIVER,
    FAULT_BY_LIBRARY, /* what Windows calls the kernel proper */
    FAULT_BY_SMALL_POOL,
    FAULT_BY_PAGE_POOL,
    FAULT_BY_UNLOADED,
};

struct fault_facts {
    enum fault_place place;
    enum fault_code code;
    unsigned irql;
    enum os_access access;
};

/* The rule broken; VIOLATION_KIND_COUNT: no concern of ours. */
enum violation_kind fault_verdict(const struct fault_facts *facts);

/* Of the calling thread, where it is inside the pool's code; else `other`. */
enum fault_code fault_code_of_thread(enum fault_code other);

/* Of an address in the ordinary pools; FAULT_ELSEWHERE: it is none. */
enum fault_place fault_place_in_pool(const void *address);

/* The violation with everything but the story. */
struct violation fault_violation(enum violation_kind kind, const struct fault_facts *facts,
                                 const struct os_fault *fault);

#endif
