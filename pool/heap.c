#include "pool/heap.h"

#include "pool/bugcheck.h"
#include "pool/checker.h"
#include "pool/hook.h"
#include "pool/mode.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/page.h"
#include "pool/pool_code.h"
#include "pool/quota.h"
#include "pool/sanitizer.h"
#include "pool/tag.h"
#include "pool/witness.h"

/* Retirements tried before an allocation gives up: each takes a page out of use. */
enum { DAMAGED_PAGES_MAX = 64 };

void heap_choose_backend(struct heap *heap, unsigned backend)
{
    if (backend == OPTION_BACKEND_SEGMENT)
        lfh_start(&heap->lfh, &heap->pages, heap->kind,
                  options.seed != 0 ? options.seed : os_random());
    else
        heap->lfh.is_on = false;
}

bool heap_restart(struct heap *heap)
{
    heap_lock(heap);
    lfh_trim(&heap->lfh);
    bool is_empty = heap->pages.used == 0;
    if (is_empty) {
        pages_restart(&heap->pages);
        heap_choose_backend(heap, (unsigned)options.backend);
    }
    heap_unlock(heap);
    return is_empty;
}

bool heap_start(struct heap *heap, enum pool_kind kind, const struct page_range *range)
{
    *heap = (struct heap){.lock = LOCK_INITIALIZER, .kind = kind};
    order_is_inner(&heap->lock.mutex);
    for (unsigned units = 0; units < BLOCK_UNITS_PAGE; units++)
        list_start(&heap->free[units]);
    if (!pages_start(&heap->pages, range))
        return false;
    heap->pages.is_budgeted = true;
    heap->pages.meter = budget_meter_of(kind);
    heap->pages.protects = options.protect_freed_pages != 0;
    heap_choose_backend(heap, (unsigned)options.backend);
    return true;
}

/* The lock, and the mark of whose code runs, for memory of `size_bytes`. */
static void enter(struct heap *heap, size_t size_bytes)
{
    heap_lock(heap);
    pool_code_enter(size_bytes);
}

static void leave(struct heap *heap)
{
    pool_code_leave();
    heap_unlock(heap);
}

static void dress(struct heap *heap, struct block *block, const struct request *request,
                  stack_id trace)
{
    block->pool_index = (uint8_t)heap->kind;
    block->trace = trace <= UINT16_MAX ? (uint16_t)trace : 0;
    block->tag_hash = tag_hash(request->tag);
    block->type = heap_block_type(heap->kind);
    if (request_is_aligned(request))
        block->type |= BLOCK_TYPE_ALIGNED;
    if (request->quota)
        block->type |= BLOCK_TYPE_QUOTA;
    __atomic_store_n(&block->tag, request->tag, __ATOMIC_RELAXED);
    block_seal(block);
}

/* A stack costs more than the whole quick path: only when it is asked for. */
static stack_id heap_stack(const void *frame)
{
    bool is_wanted = (mode_now() & MODE_STACKS) != 0 || hook_column() == COLUMN_VERIFIED;
    return is_wanted ? stack_record(frame) : 0;
}

static void raise_broken(struct violation *broken, const void *frame)
{
    broken->frame = frame != NULL ? frame : __builtin_frame_address(0);
    violation_raise(broken);
}

static bool is_small(const struct request *request)
{
    return request->size_bytes <= BLOCK_DATA_MAX &&
           request->alignment_log2 <= ALIGNMENT_LOG2_CACHE &&
           page_units_needed(request->size_bytes, request_is_aligned(request)) <= BLOCK_UNITS_PAGE;
}

static void *allocate_big(struct heap *heap, const struct request *request, stack_id trace)
{
    enter(heap, request->size_bytes);
    void *data = big_take_locked(heap, request);
    size_t charged = 0;
    if (data != NULL) {
        struct page_record *record = &heap->pages.records[pages_index(&heap->pages, data)];
        record->trace = trace;
        charged = record->pages * PAGE_BYTES;
    }
    leave(heap);
    budget_settle();
    if (data != NULL)
        tag_charge(request->tag, heap->kind, charged);
    return data;
}

static void *allocate_small(struct heap *heap, const struct request *request, stack_id trace)
{
    for (unsigned tries = 0; tries < DAMAGED_PAGES_MAX; tries++) {
        struct violation broken = {.kind = VIOLATION_KIND_COUNT};
        size_t charged = 0;
        enter(heap, 0);
        struct block *block = heap_take_locked(heap, request, &broken);
        if (block != NULL) {
            dress(heap, block, request, trace);
            charged = block_bytes(block);
        }
        leave(heap);
        budget_settle();
        if (block != NULL) {
            tag_charge(request->tag, heap->kind, charged);
            if (request->zero)
                checker_clear(block_data(block), request->size_bytes);
            return block_data(block);
        }
        if (broken.kind == VIOLATION_KIND_COUNT)
            return NULL;
        raise_broken(&broken, request->frame);
    }
    return NULL;
}

void *heap_allocate(struct heap *heap, const struct request *request)
{
    stack_id trace = heap_stack(request->frame);
    return is_small(request) ? allocate_small(heap, request, trace)
                             : allocate_big(heap, request, trace);
}

bool heap_dress_cached(struct heap *heap, struct block *block, const struct request *request)
{
    struct violation broken = {.kind = VIOLATION_KIND_COUNT};
    stack_id trace = heap_stack(request->frame);
    enter(heap, 0);
    bool is_lost = heap->pages.uses[pages_index(&heap->pages, block)] == PAGE_DAMAGED;
    if (is_lost)
        ; /* nothing is taken from a page out of use */
    else if (block_is_sealed(block) && block_is_cached(block))
        dress(heap, block, request, trace);
    else
        heap_note_damaged_locked(heap, VIOLATION_FREED_HEADER, block, &broken);
    leave(heap);
    if (broken.kind != VIOLATION_KIND_COUNT)
        raise_broken(&broken, request->frame);
    return !is_lost && broken.kind == VIOLATION_KIND_COUNT;
}

unsigned heap_take_many(struct heap *heap, const struct page_cutting *cutting, const void *frame)
{
    for (unsigned tries = 0; tries < DAMAGED_PAGES_MAX; tries++) {
        struct violation broken = {.kind = VIOLATION_KIND_COUNT};
        enter(heap, 0);
        unsigned count = heap_take_many_locked(heap, cutting, &broken);
        leave(heap);
        budget_settle();
        if (count > 0 || broken.kind == VIOLATION_KIND_COUNT)
            return count;
        raise_broken(&broken, frame);
    }
    return 0;
}

/* Blocks side by side, to be given as one: their neighbours hear of it once. */
struct row {
    struct block *first;
    unsigned units;
};

static void give_row(struct heap *heap, struct row *row)
{
    if (row->first == NULL)
        return;
    if (row->units != block_units(row->first))
        page_widen(row->first, row->units);
    heap_give_locked(heap, row->first, 0);
    row->first = NULL;
}

/* The block joins the row at either end, or begins another; a slot stays by itself. */
static void add_to_row(struct heap *heap, struct row *row, struct block *block)
{
    uintptr_t first = (uintptr_t)row->first;
    unsigned units = block_units(block);
    if (lfh_has(&heap->lfh, pages_index(&heap->pages, block))) {
        heap_give_locked(heap, block, 0);
        return;
    }
    lfh_note_given(&heap->lfh, units);
    bool is_behind = (uintptr_t)block == first + (size_t)row->units * BLOCK_UNIT_BYTES;
    bool is_before = (uintptr_t)block + block_bytes(block) == first;
    if (first != 0 && (is_behind || is_before) && page_start(block) == page_start(row->first)) {
        row->first = is_before ? block : row->first;
        row->units += units;
        return;
    }
    give_row(heap, row);
    *row = (struct row){block, units};
}

/* Gives them up to the first damaged one, which is noted; returns how many are done with. */
static unsigned give_many_locked(struct heap *heap, struct block **blocks, unsigned count,
                                 struct violation *broken)
{
    struct row row = {NULL, 0};
    unsigned done = 0;
    while (done < count && broken->kind == VIOLATION_KIND_COUNT) {
        struct block *block = blocks[done++];
        if (heap->pages.uses[pages_index(&heap->pages, block)] == PAGE_DAMAGED)
            continue; /* a page out of use takes nothing back */
        if (block_is_sealed(block) && block_is_cached(block)) {
            add_to_row(heap, &row, block);
            continue;
        }
        give_row(heap, &row);
        heap_note_damaged_locked(heap, VIOLATION_FREED_HEADER, block, broken);
    }
    give_row(heap, &row);
    return done;
}

void heap_give_many(struct heap *heap, struct block **blocks, unsigned count, const void *frame)
{
    for (unsigned done = 0; done < count;) {
        struct violation broken = {.kind = VIOLATION_KIND_COUNT};
        enter(heap, 0);
        done += give_many_locked(heap, blocks + done, count - done, &broken);
        leave(heap);
        budget_settle();
        if (broken.kind != VIOLATION_KIND_COUNT)
            raise_broken(&broken, frame);
    }
}

/* What a free has found, and what becomes of the block. */
struct verdict {
    struct violation wrong;
    bool is_wrong;
    bool is_done; /* freed: to be refunded */
    uint32_t tag;
    size_t charged_bytes;
    struct block *cached;
};

static void give_locked(struct heap *heap, const struct release *release, stack_id trace,
                        struct verdict *verdict)
{
    void *data = release->address;
    size_t index = pages_index(&heap->pages, data);
    if (checker_is_there())
        witness_death(data, release->frame);
    verdict->is_done = true;
    if (heap->pages.uses[index] == PAGE_BIG) {
        verdict->charged_bytes = heap->pages.records[index].pages * PAGE_BYTES;
        verdict->tag = heap->pages.records[index].tag;
        sanitizer_take_back(data, verdict->charged_bytes);
        checker_take(data, verdict->charged_bytes);
        quota_return(data); /* a tracked block's pattern may have made it one of its own pages */
        big_give_locked(heap, index, trace);
        return;
    }
    struct block *block = block_of_data(data);
    verdict->charged_bytes = block_bytes(block);
    verdict->tag = block->tag;
    sanitizer_take_back(data, verdict->charged_bytes - BLOCK_HEADER_BYTES);
    checker_take(data, verdict->charged_bytes - BLOCK_HEADER_BYTES);
    if ((block->type & BLOCK_TYPE_QUOTA) != 0) /* before anybody else can have the address */
        quota_return(data);
    if (verdict->cached != NULL && block->type == heap_block_type(heap->kind)) {
        heap_mark_freed(block, trace);
        block->type |= BLOCK_TYPE_CACHED;
        block_seal(block);
        return;
    }
    verdict->cached = NULL;
    if (!lfh_has(&heap->lfh, index))
        lfh_note_given(&heap->lfh, block_units(block));
    heap_give_locked(heap, block, trace);
}

static struct block *release_block(struct heap *heap, const struct release *release, bool to_cache)
{
    size_t index = pages_index(&heap->pages, release->address);
    struct verdict verdict = {.wrong = {.column = hook_column_of(release->frame),
                                        .address = release->address,
                                        .frame = release->frame,
                                        .heap = heap->lfh.is_on ? heap : NULL,
                                        .pool_type = pool_type_of(heap->kind),
                                        .irql = irql_current,
                                        .tag_given = release->tag}};
    stack_id trace = heap_stack(release->frame);
    bool is_big = pages_use(&heap->pages, index) != PAGE_CUT;
    enter(heap, is_big ? PAGE_BYTES : 0);
    bool is_damaged = heap->pages.uses[index] == PAGE_DAMAGED;
    if (to_cache && heap->pages.uses[index] == PAGE_CUT)
        verdict.cached = block_of_data(release->address);
    verdict.is_wrong = heap_judge_locked(heap, release, &verdict.wrong);
    if (verdict.is_wrong)
        heap_tell_locked(heap, release->address, &verdict.wrong.story);
    else if (!is_damaged) /* a page out of use takes nothing back */
        give_locked(heap, release, trace, &verdict);
    leave(heap);
    budget_settle();
    if (verdict.is_wrong)
        violation_raise(&verdict.wrong);
    if (!verdict.is_done)
        return NULL;
    tag_refund(verdict.tag, heap->kind, verdict.charged_bytes);
    return verdict.cached;
}

void heap_free(struct heap *heap, const struct release *release)
{
    release_block(heap, release, false);
}

struct block *heap_free_to_cache(struct heap *heap, const struct release *release)
{
    return release_block(heap, release, true);
}

void heap_tell(struct heap *heap, const void *address, struct story *story)
{
    enter(heap, 0);
    heap_tell_locked(heap, address, story);
    leave(heap);
}

static const char *check_locked(struct heap *heap)
{
    const char *wrong = pages_check(&heap->pages);
    for (size_t i = 0; wrong == NULL && i < heap->pages.frontier; i++)
        if (heap->pages.uses[i] == PAGE_CUT)
            wrong = page_check(pages_address(&heap->pages, i));
    if (wrong == NULL)
        wrong = lfh_check(&heap->lfh);
    return wrong != NULL ? wrong : heap_check_lists_locked(heap);
}

const char *heap_check(struct heap *heap)
{
    enter(heap, 0);
    const char *wrong = check_locked(heap);
    leave(heap);
    return wrong;
}
