/* allocator.h - the allocator under measurement. Each workload is one source compiled against the
 * pool (BENCH_POOL), against malloc, where LD_PRELOAD brings the peers in, and against the bare
 * system calls (BENCH_KERNEL). */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stddef.h>

#ifdef BENCH_POOL
#include <wdm.h>

static inline void *block_take(size_t bytes)
{
    return ExAllocatePoolWithTag(NonPagedPoolNx, bytes, 'hcnB');
}

static inline void block_give(void *block)
{
    ExFreePoolWithTag(block, 'hcnB');
}
#elif defined BENCH_KERNEL
#include "bench/kernel_limit.h"

static inline void *block_take(size_t bytes)
{
    return kernel_take(bytes);
}

static inline void block_give(void *block)
{
    kernel_give(block);
}
#else
#include <stdlib.h>

static inline void *block_take(size_t bytes)
{
    return malloc(bytes);
}

static inline void block_give(void *block)
{
    free(block);
}
#endif

#endif
