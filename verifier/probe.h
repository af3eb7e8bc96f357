/* probe.h - the accesses of expool_probe_read and expool_probe_write: one instruction each at a
 * known address, and the place where the fault handler lets a refused one go on.
 *   access: load or store   ret        refused: -1   ret */
#ifndef VERIFIER_PROBE_H
#define VERIFIER_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* True when `pc` is the access of a probe; *resume is then where it ends refused. Safe in a signal
 * handler. */
bool probe_is_at(uintptr_t pc, uintptr_t *resume);

#endif
