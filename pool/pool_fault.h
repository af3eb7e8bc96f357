/* pool_fault.h - what a fault in the pools' own range means: a page that comes back, or a stop. The
 * verifier has a handler of its own, which asks here first. Async-signal-safe. */
#ifndef POOL_POOL_FAULT_H
#define POOL_POOL_FAULT_H

#include "pool/os.h"

#include <stdbool.h>

/* Brings in the page that was touched, if that is all there is to it: below DISPATCH_LEVEL, not to
 * execute. Then the access is to be tried again. A report being written may touch at any level. */
bool pool_fault_pages_in(const struct os_fault *fault);

/* Handles faults where no verifier does; false when the system refuses. Idempotent. */
bool pool_fault_start(void);

#endif
