/* stack_id.h - a name for an allocation stack that outlives the process: the same under another
 * address-space layout, and after a rebuild that leaves the functions on the stack as they were.
 *   id = hash of  module!function+offset  of each frame; module+offset where no name is known
 * Decision 0012 tells why. No lock is held while names are looked up. */
#ifndef VERIFIER_STACK_ID_H
#define VERIFIER_STACK_ID_H

#include "pool/stack.h"
#include "pool/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Of return addresses, innermost first; never 0. Adds " prog!make+0x1c(make.c:7) prog!main+0x20"
 * to `text` unless that is NULL; lines where there is debug information. Not from a signal
 * handler. */
uint32_t stack_id_of(const uintptr_t *frames, unsigned count, struct text *text);

/* Is the caller of the routine that owns `frame` the loader? It cannot do without memory: glibc
 * ends a program whose thread variables find no room. */
bool stack_is_loaders(const void *frame);

/* The same of a recorded stack. */
bool stack_is_of_loader(stack_id stack);

#endif
