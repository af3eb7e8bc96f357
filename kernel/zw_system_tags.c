/* zw_system_tags.c - the tags' counters, in both widths. */
#include "expool/system_information.h"

#include "expool/statistics.h"
#include "kernel/zw_system_information.h"
#include "pool/os.h"

enum { SPARE_ROWS = 64 }; /* tags may come while we look */

typedef void tell_row(struct answer *answer, const struct expool_tag_statistics *row);

static void tell_narrow_row(struct answer *answer, const struct expool_tag_statistics *row)
{
    SYSTEM_POOLTAG *tag = answer_room(answer, sizeof *tag);
    if (tag == NULL)
        return;
    *tag = (SYSTEM_POOLTAG){
        .TagUlong = row->tag,
        .PagedAllocs = (ULONG)row->pool[EXPOOL_CLASS_PAGED].allocations,
        .PagedFrees = (ULONG)row->pool[EXPOOL_CLASS_PAGED].frees,
        .PagedUsed = row->pool[EXPOOL_CLASS_PAGED].bytes,
        .NonPagedAllocs = (ULONG)row->pool[EXPOOL_CLASS_NONPAGED].allocations,
        .NonPagedFrees = (ULONG)row->pool[EXPOOL_CLASS_NONPAGED].frees,
        .NonPagedUsed = row->pool[EXPOOL_CLASS_NONPAGED].bytes,
    };
}

static void tell_wide_row(struct answer *answer, const struct expool_tag_statistics *row)
{
    SYSTEM_POOLTAG2 *tag = answer_room(answer, sizeof *tag);
    if (tag == NULL)
        return;
    *tag = (SYSTEM_POOLTAG2){
        .TagUlong = row->tag,
        .PagedAllocs = row->pool[EXPOOL_CLASS_PAGED].allocations,
        .PagedFrees = row->pool[EXPOOL_CLASS_PAGED].frees,
        .PagedUsed = row->pool[EXPOOL_CLASS_PAGED].bytes,
        .NonPagedAllocs = row->pool[EXPOOL_CLASS_NONPAGED].allocations,
        .NonPagedFrees = row->pool[EXPOOL_CLASS_NONPAGED].frees,
        .NonPagedUsed = row->pool[EXPOOL_CLASS_NONPAGED].bytes,
    };
}

/* Both structures begin with a ULONG Count and have their rows from byte 8 on. */
static void tell_rows(struct answer *answer, tell_row *tell)
{
    ULONG *count = answer_room(answer, FIELD_OFFSET(SYSTEM_POOLTAG_INFORMATION, TagInfo));
    size_t capacity = expool_tag_statistics_list(NULL, 0) + SPARE_ROWS;
    size_t mapped = capacity * sizeof(struct expool_tag_statistics);
    struct expool_tag_statistics *rows = os_table(mapped);
    size_t found = rows == NULL ? 0 : expool_tag_statistics_list(rows, capacity);
    found = found < capacity ? found : capacity;
    for (size_t i = 0; i < found; i++)
        tell(answer, &rows[i]);
    if (count != NULL)
        *count = (ULONG)found;
    if (rows != NULL)
        os_release(rows, mapped);
}

void tell_tags(struct answer *answer)
{
    tell_rows(answer, tell_narrow_row);
}

void tell_wide_tags(struct answer *answer)
{
    tell_rows(answer, tell_wide_row);
}
