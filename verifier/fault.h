/* fault.h - from a touched address to the rule it broke.
 *   signal -> os_linux_fault.c -> place of the address, IRQL, whose code -> one row of the table
 * Async-signal-safe from end to end: slots and ranges are read, nothing is locked. */
#ifndef VERIFIER_FAULT_H
#define VERIFIER_FAULT_H

#include "pool/os.h"
#include "pool/violation.h"
#include "verifier/special.h"

#include <stdbool.h>

/* Takes the signals; false when the system refuses. Idempotent. */
bool fault_start(void);

enum fault_place {
    FAULT_SPECIAL_LIVE,
    FAULT_SPECIAL_FREED,
    FAULT_SPECIAL_NO_PAGE,
    FAULT_POOL, /* the ordinary pools */
    FAULT_ELSEWHERE,
};

/* The rule broken; VIOLATION_KIND_COUNT when the address is not ours. */
enum violation_kind fault_verdict(enum fault_place place, unsigned irql, enum os_access access,
                                  bool is_kernel);

#endif
