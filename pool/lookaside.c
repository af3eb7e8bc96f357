#include "pool/lookaside.h"

#include "pool/budget.h"
#include "pool/bugcheck.h"
#include "pool/checker.h"
#include "pool/clock.h"
#include "pool/hook.h"
#include "pool/lookaside_table.h"
#include "pool/os.h"
#include "pool/pool.h"
#include "pool/pool_code.h"
#include "pool/sanitizer.h"
#include "pool/slist.h"
#include "pool/symbol.h"
#include "pool/text.h"
#include "pool/touch.h"
#include "pool/util.h"
#include "pool/witness.h"

enum {
    DEPTH_LEAST = 4,
    FEW_ALLOCATIONS = 32,
    PERCENT = 100,
    IDLE_SECONDS_MAX = 8, /* 256 has become 4 long before */
    LOOK_EVERY = 32,      /* calls between two looks at the clock; a miss looks, too */
    MS_PER_SECOND = 1000,
    FORM = 0, /* Future[0] and [1] */
    SECOND = 1,
};

static bool is_verified(void)
{
    return hook_column() == COLUMN_VERIFIED;
}

READS_UNWRITTEN static bool is_in_use(const GENERAL_LOOKASIDE_POOL *list)
{
    return list->Future[FORM] == LOOKASIDE_EX || list->Future[FORM] == LOOKASIDE_LEGACY;
}

/* A report's lines about the list, as it stands. */
static void tell_list(struct text *text, const struct violation *violation)
{
    const GENERAL_LOOKASIDE_POOL *list = violation->other;
    const char *name = symbol_variable(list);
    text_add(text, "\nThe lookaside list %p%s%s", (const void *)list, name != NULL ? ", " : "",
             name != NULL ? name : "");
    if (!is_in_use(list)) {
        text_add(text, ", is not initialised.\n");
        return;
    }
    text_add(text, ": tag '%t', entries of %,lu bytes, depth %u of %u,\n", list->Tag,
             (uint64_t)list->Size, list->Depth, list->MaximumDepth);
    text_add(text, "    %,u allocations, of which %,u hits; %,u frees, of which %,u kept\n",
             list->TotalAllocates, list->TotalAllocates - list->AllocateMisses, list->TotalFrees,
             list->TotalFrees - list->FreeMisses);
}

static void raise_violation(enum violation_kind kind, const GENERAL_LOOKASIDE_POOL *list,
                            size_t size_bytes, const void *frame)
{
    struct violation violation = {
        .kind = kind,
        .column = hook_column_of(frame),
        .irql = irql_current,
        .other = list,
        .size_bytes = size_bytes,
        .expected = LOOKASIDE_MINIMUM_BLOCK_SIZE,
        .frame = frame,
        .more = tell_list,
    };
    violation_raise(&violation);
}

/* Does the driver allocate the entries itself? */
static bool has_own_routine(const GENERAL_LOOKASIDE_POOL *list)
{
    return list->Future[FORM] == LOOKASIDE_EX ? list->AllocateEx != NULL
                                              : list->Allocate != ExAllocatePoolWithTag;
}

/* The default routines; the caller's frame makes the stack begin in the program. */
static void *allocate_entry(GENERAL_LOOKASIDE_POOL *list, const void *frame)
{
    bool is_ex = list->Future[FORM] == LOOKASIDE_EX;
    if (is_ex && list->AllocateEx != NULL)
        return list->AllocateEx(list->Type, list->Size, list->Tag, (PLOOKASIDE_LIST_EX)list);
    if (!is_ex && list->Allocate != ExAllocatePoolWithTag)
        return list->Allocate(list->Type, list->Size, list->Tag);
    struct request request = {.size_bytes = list->Size, .tag = list->Tag, .frame = frame};
    return request_from_type(&request, (uint32_t)list->Type) ? pool_allocate(&request) : NULL;
}

static void free_entry(GENERAL_LOOKASIDE_POOL *list, void *entry, const void *frame)
{
    bool is_ex = list->Future[FORM] == LOOKASIDE_EX;
    if (is_ex && list->FreeEx != NULL) {
        list->FreeEx(entry, (PLOOKASIDE_LIST_EX)list);
    } else if (!is_ex && list->Free != ExFreePool) {
        list->Free(entry);
    } else {
        struct release release = {.address = entry, .frame = frame}; /* no tag is compared */
        pool_free(&release);
    }
}

static uint32_t second_now(void)
{
    return (uint32_t)(clock_ms() / MS_PER_SECOND);
}

/* What the memory held that is now to be a list, unwritten perhaps. */
READS_UNWRITTEN static bool was_in_use(const GENERAL_LOOKASIDE_POOL *list)
{
    checker_look_away();
    bool was = is_in_use(list) && list->ListEntry.Flink == &list->ListEntry;
    checker_open(&was, sizeof was, true);
    checker_look();
    return was;
}

void lookaside_start(GENERAL_LOOKASIDE_POOL *list, const struct lookaside_plan *plan,
                     const void *frame)
{
    size_t size_bytes = plan->size_bytes;
    if (is_verified() && was_in_use(list))
        raise_violation(VIOLATION_LOOKASIDE_REINITIALIZED, list, size_bytes, frame);
    if (size_bytes < LOOKASIDE_MINIMUM_BLOCK_SIZE)
        raise_violation(VIOLATION_LOOKASIDE_SIZE, list, size_bytes, frame);
    InitializeSListHead((PSLIST_HEADER)(PVOID)list); /* the head; raises when it is not aligned */
    *list = (GENERAL_LOOKASIDE_POOL){
        .Depth = DEPTH_LEAST,
        .MaximumDepth = EX_MAXIMUM_LOOKASIDE_DEPTH_BASE,
        .Type = (POOL_TYPE)plan->type,
        .Tag = plan->tag,
        .Size = (ULONG)(size_bytes < sizeof(SLIST_ENTRY) ? sizeof(SLIST_ENTRY) : size_bytes),
        .AllocateEx = plan->allocate,
        .FreeEx = plan->free,
        .Future = {plan->form, second_now()},
    };
    InitializeListHead(&list->ListEntry);
    lookaside_table_add(list);
}

static ULONG count(ULONG *counter)
{
    return __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

static bool is_memory_short(const GENERAL_LOOKASIDE_POOL *list)
{
    struct budget_reading reading;
    budget_read(((ULONG)list->Type & PagedPool) != 0 ? BUDGET_PAGED : BUDGET_NONPAGED, &reading);
    return reading.level <= BUDGET_LOW;
}

static unsigned depth_after(unsigned depth, unsigned most, ULONG allocations, ULONG misses)
{
    if (allocations < FEW_ALLOCATIONS)
        return max(DEPTH_LEAST, depth / 2);
    if ((uint64_t)misses * PERCENT < allocations)
        return max(DEPTH_LEAST, depth - 1);
    unsigned more = depth + max(DEPTH_LEAST, depth / 2);
    return min(more, most);
}

void lookaside_follow_demand(GENERAL_LOOKASIDE_POOL *list, uint32_t second)
{
    uint32_t last = __atomic_load_n(&list->Future[SECOND], __ATOMIC_RELAXED);
    if ((int32_t)(second - last) <= 0 ||
        !__atomic_compare_exchange_n(&list->Future[SECOND], &last, second, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED))
        return;
    ULONG allocates = __atomic_load_n(&list->TotalAllocates, __ATOMIC_RELAXED);
    ULONG misses = __atomic_load_n(&list->AllocateMisses, __ATOMIC_RELAXED);
    unsigned depth = __atomic_load_n(&list->Depth, __ATOMIC_RELAXED);
    uint32_t idle = min(second - last - 1, IDLE_SECONDS_MAX);
    for (uint32_t i = 0; i < idle; i++)
        depth = depth_after(depth, list->MaximumDepth, 0, 0);
    depth = depth_after(depth, list->MaximumDepth, allocates - list->LastTotalAllocates,
                        misses - list->LastAllocateMisses);
    if (is_memory_short(list))
        depth = max(DEPTH_LEAST, depth / 2);
    list->LastTotalAllocates = allocates;
    list->LastAllocateMisses = misses;
    __atomic_store_n(&list->Depth, (USHORT)depth, __ATOMIC_RELAXED);
}

static void look_at_clock(GENERAL_LOOKASIDE_POOL *list)
{
    lookaside_follow_demand(list, second_now());
}

/* The spare entries lie in memory that a driver may still write to: their links lead anywhere. */
static void *pop_entry(GENERAL_LOOKASIDE_POOL *list)
{
    pool_code_enter(list->Size);
    checker_look_away();
    void *entry = slist_pop(&list->ListHead);
    checker_look();
    pool_code_leave();
    return entry;
}

/* A spare entry is closed; what a driver's own routine has put into its entries may be kept in
 * them, and their memory need not be pool. */
static void push_entry(GENERAL_LOOKASIDE_POOL *list, void *entry, const void *frame)
{
    if (checker_is_there() && !has_own_routine(list)) {
        witness_death(entry, frame);
        checker_close(entry, list->Size);
    }
    checker_look_away();
    slist_push(&list->ListHead, entry);
    checker_look();
}

static void open_entry(const GENERAL_LOOKASIDE_POOL *list, void *entry, const void *frame)
{
    struct request request = {.size_bytes = list->Size, .tag = list->Tag, .frame = frame};
    if (has_own_routine(list))
        return;
    sanitizer_hand_out(entry, list->Size);
    if (checker_is_there() && request_from_type(&request, (uint32_t)list->Type)) {
        witness_birth(&request, entry);
        checker_open(entry, list->Size, false);
    }
}

void *lookaside_take(GENERAL_LOOKASIDE_POOL *list, const void *frame)
{
    TOUCHES(list);
    ULONG number = count(&list->TotalAllocates);
    void *entry = is_verified() ? NULL : pop_entry(list);
    if (UNLIKELY(entry == NULL || number % LOOK_EVERY == 0))
        look_at_clock(list);
    if (entry != NULL) {
        open_entry(list, entry, frame);
        return entry;
    }
    count(&list->AllocateMisses);
    return allocate_entry(list, frame);
}

void lookaside_give(GENERAL_LOOKASIDE_POOL *list, void *entry, const void *frame)
{
    TOUCHES(list);
    count(&list->TotalFrees);
    if (!is_verified() &&
        QueryDepthSList(&list->ListHead) < __atomic_load_n(&list->Depth, __ATOMIC_RELAXED)) {
        push_entry(list, entry, frame);
        return;
    }
    count(&list->FreeMisses);
    look_at_clock(list);
    free_entry(list, entry, frame);
}

void lookaside_flush(GENERAL_LOOKASIDE_POOL *list, const void *frame)
{
    PSLIST_ENTRY entry = InterlockedFlushSList(&list->ListHead);
    while (entry != NULL) {
        checker_look_away();
        PSLIST_ENTRY next = entry->Next;
        checker_look();
        free_entry(list, entry, frame);
        entry = next;
    }
}

void lookaside_end(GENERAL_LOOKASIDE_POOL *list, const void *frame)
{
    TOUCHES(list);
    if (!is_in_use(list)) {
        raise_violation(VIOLATION_LOOKASIDE_NOT_INITIALIZED, list, 0, frame);
        return;
    }
    lookaside_flush(list, frame);
    lookaside_table_remove(list);
    list->Future[FORM] = 0;
}
