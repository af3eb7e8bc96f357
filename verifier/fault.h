/* fault.h - from a touched address to the rule it broke.
 *   signal -> os_linux_fault.c -> place of the address, IRQL, whose code -> pool/fault_verdict.c
 * Async-signal-safe from end to end: slots and ranges are read, nothing is locked. */
#ifndef VERIFIER_FAULT_H
#define VERIFIER_FAULT_H

#include <stdbool.h>

/* Takes the signals; false when the system refuses. Idempotent. */
bool fault_start(void);

#endif
