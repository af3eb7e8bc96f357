/* expool/statistics.h - counters of the pool and of each tag, and the pool's self-check. */
#ifndef EXPOOL_STATISTICS_H
#define EXPOOL_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What Windows counts apart: non-paged (executable and NX together) and paged pool. */
enum expool_class { EXPOOL_CLASS_NONPAGED = 0, EXPOOL_CLASS_PAGED = 1, EXPOOL_CLASS_COUNT = 2 };

struct expool_class_statistics {
    uint64_t allocations; /* since start */
    uint64_t frees;
    uint64_t bytes;        /* live, as charged: rounded block with its header, or whole pages */
    uint64_t peak_bytes;   /* highest `bytes` */
    uint64_t pages;        /* in use: cut into blocks or held by big allocations */
    uint64_t free_bytes;   /* in free blocks of pages in use */
    uint64_t cached_pages; /* empty, kept for the next request */
    uint64_t cached_bytes; /* of free_bytes, what waits in threads' caches and shared lookasides */
};

struct expool_tag_statistics {
    uint32_t tag;
    struct {
        uint64_t allocations;
        uint64_t frees;
        uint64_t bytes;
        uint64_t peak_bytes;
    } pool[EXPOOL_CLASS_COUNT];
};

/* Sums the counters of all threads. At most DISPATCH_LEVEL. */
void expool_class_statistics_get(enum expool_class pool_class,
                                 struct expool_class_statistics *statistics);

/* Fills `statistics` for one tag; all zero when the tag was never used. */
void expool_tag_statistics_get(uint32_t tag, struct expool_tag_statistics *statistics);

/* Copies up to `capacity` rows, in no order; returns how many tags there are. */
size_t expool_tag_statistics_list(struct expool_tag_statistics *rows, size_t capacity);

/* Walks every page, block, free list and big allocation. Returns NULL when all is sound, else a
 * sentence that says what is wrong. At most APC_LEVEL: pages that are out come back. */
const char *expool_pool_check(void);

/* Hands every cached empty page back to the operating system; returns how many. At most
 * DISPATCH_LEVEL, and there paged pool, whose pages may be out, keeps its own. */
size_t expool_pool_trim(void);

/* Begins anew: caches empty and shallow, no size busy, what was used reads as zero, and blocks lie
 * where they would in a new process with the same options. For a host that runs one piece of work
 * after another and wants each to take the course that it takes alone. Counters go on, peaks begin
 * at what is in use. What a pool still has in use, by other threads' caches too, stays, and that
 * pool is only trimmed: then false. At most APC_LEVEL; above, nothing is done: false. */
bool expool_pool_restart(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
