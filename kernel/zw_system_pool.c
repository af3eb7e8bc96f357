/* zw_system_pool.c - blocks one by one, big allocations, lookaside lists. */
#include "expool/lookaside.h"
#include "expool/system_information.h"

#include "kernel/zw_system_information.h"
#include "pool/block.h"
#include "pool/budget.h"
#include "pool/live.h"
#include "pool/lookaside_table.h"
#include "pool/util.h"

struct listing {
    struct answer *answer;
    ULONG count;
    const void *first;
};

static void tell_piece(const struct live_block *piece, void *context)
{
    struct listing *listing = context;
    SYSTEM_POOL_ENTRY *entry = answer_room(listing->answer, sizeof *entry);
    if (listing->count++ == 0)
        listing->first = (const void *)page_start(piece->address);
    if (entry == NULL)
        return;
    *entry = (SYSTEM_POOL_ENTRY){
        .Allocated = !piece->is_free,
        .AllocatorBackTraceIndex = piece->stack <= UINT16_MAX ? (USHORT)piece->stack : 0,
        .Size = piece->size_bytes > UINT32_MAX ? UINT32_MAX : (ULONG)piece->size_bytes,
        .TagUlong = piece->tag,
    };
}

static void tell_pool(struct answer *answer, enum pool_kind first, enum pool_kind last)
{
    SYSTEM_POOL_INFORMATION *pool =
        answer_room(answer, FIELD_OFFSET(SYSTEM_POOL_INFORMATION, Entries));
    struct listing listing = {.answer = answer};
    struct budget_reading reading;
    for (unsigned kind = first; kind <= (unsigned)last; kind++)
        pool_each_piece((enum pool_kind)kind, tell_piece, &listing);
    if (pool == NULL)
        return;
    budget_read(budget_meter_of(first), &reading);
    pool->TotalSize = reading.used_pages * PAGE_BYTES; /* the entries stand in the same structure */
    pool->FirstEntry = (PVOID)(ULONG_PTR)listing.first;
    pool->EntryOverhead = BLOCK_HEADER_BYTES;
    pool->PoolTagPresent = TRUE;
    pool->Spare0 = 0;
    pool->NumberOfEntries = listing.count;
}

void tell_paged_pool(struct answer *answer)
{
    tell_pool(answer, POOL_PAGED, POOL_PAGED);
}

void tell_nonpaged_pool(struct answer *answer)
{
    tell_pool(answer, POOL_NONPAGED_EXECUTE, POOL_NONPAGED);
}

static void tell_big(const struct live_block *block, void *context)
{
    struct listing *listing = context;
    if (!block->is_big)
        return;
    SYSTEM_BIGPOOL_ENTRY *entry = answer_room(listing->answer, sizeof *entry);
    listing->count++;
    if (entry == NULL)
        return;
    ULONG_PTR mark = pool_is_paged(block->kind) ? 0 : 1;
    *entry = (SYSTEM_BIGPOOL_ENTRY){
        .VirtualAddress = (PVOID)((ULONG_PTR)block->address | mark),
        .SizeInBytes = block->size_bytes,
        .TagUlong = block->tag,
    };
}

void tell_big_pool(struct answer *answer)
{
    ULONG *count = answer_room(answer, FIELD_OFFSET(SYSTEM_BIGPOOL_INFORMATION, AllocatedInfo));
    struct listing listing = {.answer = answer};
    pool_each_live(tell_big, &listing);
    if (count != NULL)
        *count = listing.count;
}

static void tell_lookaside(const GENERAL_LOOKASIDE_POOL *list, void *context)
{
    SYSTEM_LOOKASIDE_INFORMATION *entry = answer_room(context, sizeof *entry);
    if (entry == NULL)
        return;
    *entry = (SYSTEM_LOOKASIDE_INFORMATION){
        .CurrentDepth = list->Depth,
        .MaximumDepth = list->MaximumDepth,
        .TotalAllocates = list->TotalAllocates,
        .AllocateMisses = list->AllocateMisses,
        .TotalFrees = list->TotalFrees,
        .FreeMisses = list->FreeMisses,
        .Type = (ULONG)list->Type,
        .Tag = list->Tag,
        .Size = list->Size,
    };
}

void tell_lookasides(struct answer *answer)
{
    lookaside_table_each(tell_lookaside, answer);
}
