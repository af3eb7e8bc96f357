/* modules.h - whose code is at an address: a driver's (the program and what it brought along), or
 * the kernel's (the C library, the loader, sanitizer runtimes, libexpool.so).
 *   | start | end |  sorted nowhere: there are a handful
 * Noted at start; afterwards read only, so that the fault handler can ask. */
#ifndef VERIFIER_MODULES_H
#define VERIFIER_MODULES_H

#include <stdbool.h>
#include <stdint.h>

/* Takes the ranges of what is loaded now; what is loaded later counts as a driver. */
void modules_note(void);

bool modules_is_kernel(uintptr_t pc);

#endif
