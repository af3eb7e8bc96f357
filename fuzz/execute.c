#include "fuzz/execute.h"

#include "expool/statistics.h"
#include "expool/verifier.h"

#include <string.h>

enum {
    ENDS = 64,   /* bytes filled and checked at each end of a block */
    STRIDE = 61, /* between the bytes looked at in the middle: no power of two */
};

/* The bytes around a block are poisoned under ASan; touching them is the operation. */
#define UNCHECKED __attribute__((no_sanitize("address"), noinline))

UNCHECKED static void flip(unsigned char *address, unsigned char mask)
{
    *(volatile unsigned char *)address ^= mask;
}

static void flip_all(const struct expectation *expected)
{
    for (unsigned i = 0; i < expected->length; i++)
        flip(expected->address + i, 0xff);
}

UNCHECKED static void look(const unsigned char *address)
{
    (void)*(const volatile unsigned char *)address;
}

void execution_start(struct execution *execution)
{
    memset(execution, 0, sizeof *execution);
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        KeInitializeSpinLock(&execution->locks[i]);
}

void execution_end(struct execution *execution)
{
    for (unsigned i = 0; i < PROGRAM_LOCKS; i++)
        KeInitializeSpinLock(&execution->locks[i]);
}

static POOL_TYPE pool_type(uint8_t pool)
{
    static const POOL_TYPE types[PROGRAM_POOL_COUNT] = {
        NonPagedPoolNx, PagedPool, NonPagedPoolExecute, NonPagedPoolNxCacheAligned,
        PagedPoolCacheAligned};
    return types[pool];
}

static POOL_FLAGS pool_flags(uint8_t pool)
{
    static const POOL_FLAGS flags[PROGRAM_POOL_COUNT] = {
        POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED, POOL_FLAG_NON_PAGED_EXECUTE,
        POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, POOL_FLAG_PAGED | POOL_FLAG_CACHE_ALIGNED};
    return flags[pool];
}

static POOL_FLAGS bad_flags(uint8_t aux)
{
    static const POOL_FLAGS flags[] = {0,
                                       PagedPool,
                                       NonPagedPoolNx,
                                       NonPagedPoolNxCacheAligned,
                                       POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED,
                                       POOL_FLAG_PAGED | POOL_FLAG_SESSION,
                                       POOL_FLAG_NON_PAGED | POOL_FLAG_RESERVED1,
                                       POOL_FLAG_NON_PAGED | 0x80000000ULL,
                                       POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE};
    return flags[aux % (sizeof flags / sizeof flags[0])];
}

static EX_POOL_PRIORITY priority(uint8_t aux)
{
    static const EX_POOL_PRIORITY levels[] = {LowPoolPriority, NormalPoolPriority,
                                              HighPoolPriority};
    return levels[aux % 3];
}

static void allocate(struct execution *execution, const struct model *model, const struct op *op)
{
    ULONG tag = model_tag(op->tag);
    uint32_t size = model_size(model, op);
    execution->is_zeroed = false;
    if (op->kind == OP_ALLOC2) {
        POOL_FLAGS flags = pool_flags(op->pool);
        execution->is_zeroed = op->aux % 4 != 0;
        if (!execution->is_zeroed)
            flags |= POOL_FLAG_UNINITIALIZED;
        execution->result = ExAllocatePool2(flags, size, tag);
    } else if (op->kind == OP_ALLOC_ZERO) {
        execution->is_zeroed = true;
        execution->result = ExAllocatePoolZero(pool_type(op->pool), size, tag);
    } else if (op->kind == OP_ALLOC_PRIORITY) {
        execution->result =
            ExAllocatePoolWithTagPriority(pool_type(op->pool), size, tag, priority(op->aux));
    } else if (op->kind == OP_ALLOC_QUOTA) {
        POOL_TYPE type = (POOL_TYPE)(pool_type(op->pool) | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
        execution->result = ExAllocatePoolWithQuotaTag(type, size, tag);
    } else if (op->kind == OP_ALLOC3) {
        POOL_EXTENDED_PARAMETER parameter = {0};
        parameter.Type = PoolExtendedParameterPriority;
        parameter.Optional = (op->aux & 0x80) != 0;
        parameter.Priority = priority(op->aux);
        execution->is_zeroed = true;
        execution->result =
            ExAllocatePool3(pool_flags(op->pool), size, tag, &parameter, op->aux >> 6 & 1);
    } else if (op->kind == OP_LIST_ALLOC) {
        execution->result =
            ExAllocateFromLookasideListEx(&execution->lists[op->aux % PROGRAM_LISTS]);
    } else {
        execution->result = ExAllocatePoolWithTag(pool_type(op->pool), size, tag);
    }
}

static unsigned char content(const struct handle *handle, uint32_t at)
{
    return (unsigned char)(handle->seed + at * 31u + (at >> 8));
}

static bool contents_fit(const struct handle *handle)
{
    for (uint32_t i = 0; i < handle->size; i++) {
        if (i == ENDS && handle->size > 2 * ENDS)
            i = handle->size - ENDS;
        if (handle->address[i] != content(handle, i))
            return false;
    }
    return true;
}

static void release(struct execution *execution, const struct op *op, const struct handle *handle,
                    const struct expectation *expected)
{
    execution->was_changed = handle->state == HANDLE_LIVE && !contents_fit(handle);
    switch (op->kind) {
    case OP_FREE_TAG: ExFreePoolWithTag(handle->address, handle->tag); break;
    case OP_FREE2: ExFreePool2(handle->address, handle->tag, handle->size, 0); break;
    case OP_FREE_WRONG_TAG: ExFreePoolWithTag(handle->address, handle->tag ^ 0x01010101); break;
    case OP_FREE_WRONG_SIZE:
        ExFreePool2(handle->address, handle->tag, handle->size + 1u + op->aux, 0);
        break;
    case OP_FREE_MIDDLE:
    case OP_FREE_MISALIGNED: ExFreePool(expected->address); break;
    case OP_FREE_TWICE:
        ExFreePool(handle->address);
        ExFreePool(handle->address);
        break;
    case OP_LIST_FREE:
        ExFreeToLookasideListEx(&execution->lists[handle->list], handle->address);
        break;
    default: ExFreePool(handle->address); break;
    }
}

static void free_foreign(const struct op *op)
{
    static char static_bytes[64];
    char stack_bytes[64];
    ExFreePool((op->aux % 2 == 0 ? static_bytes : stack_bytes) + 16);
}

static void initialize_list(struct execution *execution, const struct model *model,
                            const struct op *op)
{
    const struct list_model *list = &model->lists[op->handle % PROGRAM_LISTS];
    uint8_t pool = list->is_initialized ? list->pool : op->pool;
    ULONG tag = list->is_initialized ? list->tag : model_tag(op->tag);
    uint32_t size = list->is_initialized ? list->size : model_entry_size(op);
    ExInitializeLookasideListEx(&execution->lists[op->handle % PROGRAM_LISTS], NULL, NULL,
                                pool_type(pool), 0, size, tag, 0);
}

static void use_lock(struct execution *execution, const struct model *model, const struct op *op)
{
    unsigned index = op->handle % PROGRAM_LOCKS;
    KIRQL old = PASSIVE_LEVEL;
    if (op->kind == OP_RELEASE) {
        if (model->locks[index].is_held)
            old = execution->old_irqls[index];
        KeReleaseSpinLock(&execution->locks[index], old);
        return;
    }
    KeAcquireSpinLock(&execution->locks[index], &old);
    if (!model->locks[index].is_held)
        execution->old_irqls[index] = old;
}

static void touch(const struct model *model, const struct op *op,
                  const struct expectation *expected)
{
    unsigned char byte = 0;
    bool writes = op->kind == OP_WRITE_GUARD || op->kind == OP_WRITE_FREED;
    if (op->kind == OP_WRITE_FREED && model->reuse == PROGRAM_REUSE_RECYCLE) {
        flip(expected->address, 0xff);
        expool_verifier_sweep();
    } else if (writes) {
        expool_probe_write(expected->address, byte);
    } else {
        expool_probe_read(expected->address, &byte);
    }
}

void execute(struct execution *execution, const struct model *model, const struct op *op,
             const struct expectation *expected)
{
    const struct handle *handle = &model->handles[op->handle];
    KIRQL old;
    execution->result = NULL;
    execution->was_changed = false;
    switch (op->kind) {
    case OP_ALLOC2:
    case OP_ALLOC_TAG:
    case OP_ALLOC_ZERO:
    case OP_ALLOC_PRIORITY:
    case OP_ALLOC_QUOTA:
    case OP_ALLOC3:
    case OP_ZERO_BYTES:
    case OP_LIST_ALLOC: allocate(execution, model, op); break;
    case OP_TRIM: (void)expool_pool_trim(); break;
    case OP_CHECK: break;
    case OP_RAISE: KeRaiseIrql(op->irql, &old); break;
    case OP_LOWER: KeLowerIrql(op->irql); break;
    case OP_ACQUIRE:
    case OP_RELEASE: use_lock(execution, model, op); break;
    case OP_LIST_INIT: initialize_list(execution, model, op); break;
    case OP_LIST_DELETE:
        ExDeleteLookasideListEx(&execution->lists[op->handle % PROGRAM_LISTS]);
        break;
    case OP_BAD_FLAGS:
        execution->result = ExAllocatePool2(bad_flags(op->aux), op->size, model_tag(0));
        break;
    case OP_TAG_ZERO:
        execution->result = op->aux % 2 == 0
                                ? ExAllocatePool2(pool_flags(op->pool), op->size, 0)
                                : ExAllocatePoolWithTag(pool_type(op->pool), op->size, 0);
        break;
    case OP_FREE_FOREIGN: free_foreign(op); break;
    case OP_FREE_NULL: ExFreePool(NULL); break;
    case OP_READ_GUARD:
    case OP_WRITE_GUARD:
    case OP_READ_FREED:
    case OP_WRITE_FREED: touch(model, op, expected); break;
    case OP_READ_SLACK: look(expected->address); break;
    case OP_WRITE_SLACK:
    case OP_WRITE_BEFORE: flip_all(expected); break;
    case OP_FLIP_SLACK: flip(expected->address, (unsigned char)(1u << (op->aux & 7))); break;
    case OP_SWEEP: execution->swept = expool_verifier_sweep(); break;
    default: release(execution, op, handle, expected); break;
    }
}

/* Both ends whole, and one byte in STRIDE between them. */
static bool bytes_are_zero(const unsigned char *block, uint32_t size)
{
    uint32_t near = size < ENDS ? size : ENDS;
    for (uint32_t i = 0; i < near; i++)
        if (block[i] != 0 || block[size - 1 - i] != 0)
            return false;
    for (uint32_t i = near; i + near < size; i += STRIDE)
        if (block[i] != 0)
            return false;
    return true;
}

static bool overlaps(const struct model *model, const unsigned char *block, uint32_t size)
{
    for (unsigned i = 0; i < PROGRAM_HANDLES; i++) {
        const struct handle *other = &model->handles[i];
        if (other->state == HANDLE_LIVE && block < other->address + other->size &&
            other->address < block + (size > 0 ? size : 1))
            return true;
    }
    return false;
}

/* Where special pool puts a block below a page. */
static const char *check_placement(const struct model *model, uintptr_t block, uint32_t size,
                                   uint8_t pool)
{
    uintptr_t unit = model_pool_is_aligned(pool) ? 64 : 16;
    if (model->verify == PROGRAM_VERIFY_START)
        return block % PAGE_SIZE == 0 ? NULL : "not at the page's start";
    if (model->verify == PROGRAM_VERIFY_EXACT && !model_pool_is_aligned(pool))
        return (block + size) % PAGE_SIZE == 0 ? NULL : "not flush with the guard";
    if (size >= PAGE_SIZE)
        return NULL;
    uintptr_t rounded = (size + unit - 1) / unit * unit;
    return (block + rounded) % PAGE_SIZE == 0 ? NULL : "not at the page's end";
}

static const char *check_allocation(const struct execution *execution, const struct model *model,
                                    const struct op *op)
{
    const unsigned char *block = execution->result;
    uint32_t size = model_size(model, op);
    uint8_t pool =
        op->kind == OP_LIST_ALLOC ? model->lists[op->aux % PROGRAM_LISTS].pool : op->pool;
    bool is_exact = model->is_verifying && model->verify == PROGRAM_VERIFY_EXACT;
    uintptr_t unit = model_pool_is_aligned(pool) ? 64 : is_exact ? 1 : 16;
    if (block == NULL)
        return "NULL";
    if ((uintptr_t)block % unit != 0)
        return "misaligned";
    if (size >= PAGE_SIZE && !is_exact && (uintptr_t)block % PAGE_SIZE != 0)
        return "not page aligned";
    if (size > 0 && size < PAGE_SIZE &&
        (uintptr_t)block / PAGE_SIZE != ((uintptr_t)block + size - 1) / PAGE_SIZE)
        return "crosses a page";
    if (overlaps(model, block, size))
        return "overlaps a live block";
    if (execution->is_zeroed && !bytes_are_zero(block, size))
        return "not zeroed";
    return model->is_verifying ? check_placement(model, (uintptr_t)block, size, pool) : NULL;
}

const char *execution_check(const struct execution *execution, const struct model *model,
                            const struct op *op, const struct expectation *expected)
{
    if (KeGetCurrentIrql() > HIGH_LEVEL)
        return "no such IRQL";
    if (execution->was_changed)
        return "contents changed before the free";
    if (expected->outcome == OUTCOME_NULL)
        return execution->result == NULL ? NULL : "not NULL";
    if (expected->outcome == OUTCOME_BUGCHECK)
        return execution->result == NULL ? NULL : "a block in spite of the bug check";
    if (op_allocates(op->kind))
        return check_allocation(execution, model, op);
    switch (op->kind) {
    case OP_CHECK: return contents_fit(&model->handles[op->handle]) ? NULL : "contents changed";
    case OP_RAISE:
    case OP_LOWER: return KeGetCurrentIrql() == op->irql ? NULL : "another IRQL";
    case OP_SWEEP: return execution->swept == model_live(model) ? NULL : "swept other blocks";
    default: return NULL;
    }
}

void execution_fill(const struct model *model, const struct op *op,
                    const struct expectation *expected)
{
    const struct handle *handle = &model->handles[op->handle];
    bool is_new = expected->outcome == OUTCOME_SUCCESS && handle->state == HANDLE_LIVE &&
                  (op->kind == OP_CHECK || op_allocates(op->kind));
    if (!is_new)
        return;
    for (uint32_t i = 0; i < handle->size; i++) {
        if (i == ENDS && handle->size > 2 * ENDS)
            i = handle->size - ENDS;
        handle->address[i] = content(handle, i);
    }
}
