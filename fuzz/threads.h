/* threads.h - one program done by several threads at once. Each operation belongs to one of them,
 * by its handle; `sweep`, `free_null` and `free_foreign` are barriers, at which everything stands
 * still and is counted, and every handle goes to the next thread: what one allocated another frees.
 * Four lookaside lists and four spin locks are everybody's; `list_init` is a burst of blocks
 * (burst.h). Operations that break a rule are left out.
 *
 *   verify: end 2 threads, start 3, exact 4
 *   reuse:  recycle the plain pool, protect under the verifier
 *   special: all in special pool; anything else: none, tracked in normal pool */
#ifndef FUZZ_THREADS_H
#define FUZZ_THREADS_H

#include "fuzz/program.h"
#include "fuzz/run.h"

#include <stdint.h>

/* Runs it; the threads are made once and wait between programs. Returns a hash of all outcomes,
 * which do not depend on who came first. */
uint64_t threads_run(const struct program *program, run_observer *observer, void *context);

#endif
