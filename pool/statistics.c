/* statistics.c - the public face of the counters and the self-check. */
#include "expool/statistics.h"

#include "pool/cache.h"
#include "pool/heap.h"
#include "pool/pool.h"
#include "pool/quarantine.h"
#include "pool/tag.h"

static void add_pages(enum pool_kind kind, struct expool_class_statistics *statistics)
{
    struct heap *heap = pool_heap(kind);
    heap_lock(heap);
    statistics->pages += heap->pages.used;
    statistics->free_bytes += heap_free_bytes(heap);
    statistics->cached_pages += heap->pages.resident;
    heap_unlock(heap);
    size_t cached_bytes = cache_bytes(kind);
    cached_bytes += quarantine_bytes(kind);
    statistics->cached_bytes += cached_bytes;
    statistics->free_bytes += cached_bytes;
}

void expool_class_statistics_get(enum expool_class pool_class,
                                 struct expool_class_statistics *statistics)
{
    *statistics = (struct expool_class_statistics){0};
    tag_totals((int)pool_class, statistics);
    for (unsigned kind = 0; kind < POOL_KIND_COUNT; kind++)
        if (pool_is_paged((enum pool_kind)kind) == (pool_class == EXPOOL_CLASS_PAGED))
            add_pages((enum pool_kind)kind, statistics);
}

void expool_tag_statistics_get(uint32_t tag, struct expool_tag_statistics *statistics)
{
    tag_read(tag, statistics);
}

size_t expool_tag_statistics_list(struct expool_tag_statistics *rows, size_t capacity)
{
    return tag_list(rows, capacity);
}

const char *expool_pool_check(void)
{
    return pool_check();
}

size_t expool_pool_trim(void)
{
    return pool_trim();
}

bool expool_pool_restart(void)
{
    return pool_restart();
}
