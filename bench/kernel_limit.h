/* kernel_limit.h - the bare system calls of a guarded cycle, nothing around them: what any design
 * with a page a block that revokes at once has to pay.
 *
 *   | page | gap | page | gap | ...   one range a thread; a page that holds nothing faults
 *
 * By userfaultfd: a free moves the dead block's page to the next place, which the next allocation
 * hands out; places come round first in, first out. BENCH_CYCLE=mprotect: open and close instead.
 * No patterns, no bookkeeping, no checks. */
#ifndef BENCH_KERNEL_LIMIT_H
#define BENCH_KERNEL_LIMIT_H

#include <stddef.h>

/* NULL for more than a page, or when the system has no more. */
void *kernel_take(size_t bytes);
void kernel_give(void *block);

#endif
