/* exception.h - raising: the calling thread's open __try blocks, and the two passes over them.
 *   innermost -> ... -> outermost     each a struct expool_try in the frame of its function
 * First pass: filters, from the innermost outwards, while the stack of the raise is kept in a copy
 * and put back after each. Second pass: __finally blocks up to the frame found, then its handler.
 * Everything belongs to one thread; nothing is locked. */
#ifndef POOL_EXCEPTION_H
#define POOL_EXCEPTION_H

#include "expool/seh.h"
#include "pool/os.h"

#include <stdbool.h>
#include <stdint.h>

enum exception_answer { EXCEPTION_NOBODY, EXCEPTION_GO_ON };

/* Offers the record to the open frames; does not return when one takes it. NOBODY: none did, and
 * nothing has been unwound; GO_ON: a filter wants the raise to return. */
enum exception_answer exception_offer(const EXCEPTION_RECORD *record);

/* The raise of a routine of ours: offers `status`, else bug check 0x1E with `pc` and the caller's
 * stack from `frame`. Returns when the host passes over that. */
void exception_raise(uint32_t status, uintptr_t pc, const void *frame);

/* For a fault at an address that is no pool's: goes on in exception_of_fault when a frame may take
 * it. Async-signal-safe. */
enum os_fault_verdict exception_on_fault(const struct os_fault *fault, uintptr_t *resume);

#endif
