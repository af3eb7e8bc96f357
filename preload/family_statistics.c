/* family_statistics.c - what the C library tells about its heap, told about ours; its knobs have no
 * effect here. */
#include "expool/verifier.h"
#include "pool/pool.h"
#include "pool/text.h"
#include "preload/engine.h"
#include "verifier/special.h"

#include <limits.h>
#include <malloc.h>
#include <stdint.h>

#define PUBLIC __attribute__((visibility("default")))

enum { STDERR = 2, LINE_BYTES = 256 };

PUBLIC struct mallinfo2 mallinfo2(void)
{
    uint64_t pages = COUNTED(live_pages);
    uint64_t bytes = COUNTED(live_bytes);
    return (struct mallinfo2){
        .arena = pages * PAGE_BYTES,
        .uordblks = bytes,
        .fordblks = pages * PAGE_BYTES - bytes,
    };
}

static int clamp(size_t value)
{
    return value < INT_MAX ? (int)value : INT_MAX;
}

PUBLIC struct mallinfo mallinfo(void)
{
    struct mallinfo2 now = mallinfo2();
    return (struct mallinfo){
        .arena = clamp(now.arena),
        .uordblks = clamp(now.uordblks),
        .fordblks = clamp(now.fordblks),
    };
}

PUBLIC int mallopt(int parameter, int value)
{
    (void)parameter;
    (void)value;
    return 1;
}

/* Freed memory has gone back already; what normal pool keeps in store goes too. */
PUBLIC int malloc_trim(size_t pad)
{
    (void)pad;
    if (!engine_enter())
        return 0;
    size_t trimmed = pool_trim();
    engine_leave();
    return trimmed > 0;
}

PUBLIC void malloc_stats(void)
{
    char bytes[LINE_BYTES];
    struct text text = TEXT_OVER(bytes);
    struct expool_verifier_counters counters;
    expool_verifier_counters_get(&counters);
    text_add(&text, "expool: %,lu blocks in use, %,lu bytes; %,lu allocated since start\n",
             counters.live_blocks, counters.live_bytes, counters.allocations_special_pool);
    os_write(STDERR, text.bytes, text.length);
}

PUBLIC int malloc_info(int flags, FILE *stream)
{
    if (flags != 0)
        return -1;
    struct mallinfo2 now = mallinfo2();
    return fprintf(stream,
                   "<malloc version=\"1\">\n<system type=\"current\" size=\"%zu\"/>\n"
                   "<total type=\"rest\" count=\"0\" size=\"%zu\"/>\n</malloc>\n",
                   now.arena, now.fordblks) < 0
               ? -1
               : 0;
}
