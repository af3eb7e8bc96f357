/* statistics.c - the public face of the counters and the self-check. */
#include "expool/statistics.h"

#include "pool/pool.h"
#include "pool/tag.h"

void expool_class_statistics_get(enum expool_class pool_class,
                                 struct expool_class_statistics *statistics)
{
    *statistics = (struct expool_class_statistics){0};
    tag_totals((int)pool_class, statistics);
    pool_add_pages((int)pool_class, statistics);
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
