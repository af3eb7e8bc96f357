/* exception_jump.h - saving a place on the stack and coming back to it: setjmp and longjmp without
 * their costs, and with the stack pointer to be asked.
 *   x86-64:  | rbx | rbp | r12 .. r15 | sp | pc |
 *   aarch64: | x19 .. x29 | pc | sp | d8 .. d15 |
 * expool_try_mark and expool_try_end, which save, are in include/expool/seh.h. */
#ifndef POOL_EXCEPTION_JUMP_H
#define POOL_EXCEPTION_JUMP_H

#include "expool/seh.h"
#include "pool/sanitizer.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
enum { CONTEXT_SP = 6, MARK_SP = 2 };
#else
enum { CONTEXT_SP = 12, MARK_SP = 2 };
#endif

/* Assembly wrote the words, and a frame may be one that a jump has left. */
READS_UNWRITTEN static inline uintptr_t context_sp(const struct expool_context *context)
{
    return (uintptr_t)context->word[CONTEXT_SP];
}

READS_UNWRITTEN static inline uintptr_t frame_sp(const struct expool_try *frame)
{
    return frame->is_gcc ? (uintptr_t)frame->mark[MARK_SP] : context_sp(&frame->place);
}

/* The place's mark returns once more, with `way`. */
_Noreturn void exception_jump(const struct expool_context *context, int way);

/* gcc's mark returns once more. */
_Noreturn void exception_enter(void *const mark[5]);

/* Puts `bytes` bytes back onto the stack from the place's stack pointer upwards, and jumps there
 * with way 1. Runs below that pointer. */
_Noreturn void exception_restore(const struct expool_context *context, const void *copy,
                                 size_t bytes);

/* Where expool_try_end goes when the body was left by return, goto, break or continue;
 * frame->leaving is the way on. Returning from it goes that way at once. */
void exception_leave_early(struct expool_try *frame);

#endif
