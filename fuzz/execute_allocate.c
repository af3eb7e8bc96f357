/* execute_allocate.c - asking for blocks, in every form there is. */
#include "fuzz/execute.h"

#include "expool/fsrtl_pool.h"

#include <string.h>

extern const char __start_fuzz_allocates[]; /* NOLINT: the linker's names */
extern const char __stop_fuzz_allocates[];  /* NOLINT */

bool execution_is_allocating(const void *address)
{
    return (const char *)address > __start_fuzz_allocates &&
           (const char *)address <= __stop_fuzz_allocates;
}

POOL_TYPE execution_pool_type(uint8_t pool)
{
    static const POOL_TYPE types[PROGRAM_POOL_COUNT] = {
        NonPagedPoolNx, PagedPool, NonPagedPoolExecute, NonPagedPoolNxCacheAligned,
        PagedPoolCacheAligned};
    return types[pool];
}

POOL_FLAGS execution_pool_flags(uint8_t pool)
{
    static const POOL_FLAGS flags[PROGRAM_POOL_COUNT] = {
        POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED, POOL_FLAG_NON_PAGED_EXECUTE,
        POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, POOL_FLAG_PAGED | POOL_FLAG_CACHE_ALIGNED};
    return flags[pool];
}

/* The arguments of a call, as its form has them. */
struct asking {
    const struct form *form;
    POOL_TYPE type;
    POOL_FLAGS flags;
    EX_POOL_PRIORITY priority;
    SIZE_T size;
    ULONG tag;
};

EXECUTION_ALLOCATES static void *allocate_3(const struct asking *asking)
{
    POOL_EXTENDED_PARAMETER parameters[PARAMETERS_MAX];
    ULONG count =
        parameters_write(asking->form->parameters, (uint32_t)asking->priority, parameters);
    return ExAllocatePool3(asking->flags, asking->size, asking->tag, count > 0 ? parameters : NULL,
                           count);
}

EXECUTION_ALLOCATES static void *allocate_other(const struct asking *asking)
{
    POOL_TYPE type = asking->type;
    SIZE_T size = asking->size;
    ULONG tag = asking->tag;
    switch (asking->form->call) {
    case CALL_POOL: return ExAllocatePool(type, size);
    case CALL_UNINITIALIZED: return ExAllocatePoolUninitialized(type, size, tag);
    case CALL_PRIORITY: return ExAllocatePoolWithTagPriority(type, size, tag, asking->priority);
    case CALL_PRIORITY_ZERO: return ExAllocatePoolPriorityZero(type, size, tag, asking->priority);
    case CALL_PRIORITY_UNINITIALIZED:
        return ExAllocatePoolPriorityUninitialized(type, size, tag, asking->priority);
    case CALL_QUOTA: return ExAllocatePoolWithQuota(type, size);
    case CALL_QUOTA_TAG: return ExAllocatePoolWithQuotaTag(type, size, tag);
    case CALL_QUOTA_ZERO: return ExAllocatePoolQuotaZero(type, size, tag);
    case CALL_QUOTA_UNINITIALIZED: return ExAllocatePoolQuotaUninitialized(type, size, tag);
    case CALL_FSRTL: return FsRtlAllocatePool(type, (ULONG)size);
    case CALL_FSRTL_TAG: return FsRtlAllocatePoolWithTag(type, size, tag);
    case CALL_FSRTL_QUOTA: return FsRtlAllocatePoolWithQuota(type, (ULONG)size);
    case CALL_FSRTL_QUOTA_TAG: return FsRtlAllocatePoolWithQuotaTag(type, size, tag);
    default: return allocate_3(asking);
    }
}

/* The everyday calls first. */
EXECUTION_ALLOCATES static void *allocate(const struct asking *asking)
{
    switch (asking->form->call) {
    case CALL_TAG: return ExAllocatePoolWithTag(asking->type, asking->size, asking->tag);
    case CALL_2: return ExAllocatePool2(asking->flags, asking->size, asking->tag);
    case CALL_ZERO: return ExAllocatePoolZero(asking->type, asking->size, asking->tag);
    default: return allocate_other(asking);
    }
}

EXECUTION_ALLOCATES static void *allocate_or_raise(struct execution *execution,
                                                   const struct asking *asking)
{
    void *volatile block = NULL;
    __try {
        block = allocate(asking);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        execution->raised = GetExceptionCode();
    }
    return block;
}

static struct asking asking_of(const struct op *op)
{
    const struct form *form = form_of(op);
    ULONG tag = model_tag(model_tag_index(op));
    return (struct asking){
        .form = form,
        .type = (POOL_TYPE)((ULONG)execution_pool_type(op->pool) | form->bits),
        .flags = execution_pool_flags(op->pool) | form->flags,
        .priority = (EX_POOL_PRIORITY)form->priority,
        .size = op->kind == OP_ZERO_BYTES ? 0 : op->size,
        .tag = (form->traits & TRAIT_PROTECTED) != 0 ? tag | PROTECTED_POOL : tag,
    };
}

EXECUTION_ALLOCATES void *execution_ask(const struct op *op)
{
    struct asking asking = asking_of(op);
    return allocate(&asking);
}

void execute_allocate(struct execution *execution, const struct op *op)
{
    struct asking asking = asking_of(op);
    bool may_raise = (asking.form->traits & TRAIT_RAISES) != 0;
    execution->is_zeroed = (asking.form->traits & TRAIT_ZEROED) != 0;
    execution->result = may_raise ? allocate_or_raise(execution, &asking) : allocate(&asking);
}

EXECUTION_FREES static void give_back(void *block, ULONG tag)
{
    ExFreePoolWithTag(block, tag);
}

/* Each block's ends are written; freed ones come round. */
void execute_churn(struct execution *execution, const struct op *op,
                   const struct expectation *expected)
{
    struct asking asking = asking_of(op);
    for (unsigned i = 0; i < expected->length; i++) {
        unsigned char *block = allocate(&asking);
        if (block == NULL) {
            execution->complaint = "NULL in the middle of a series";
            return;
        }
        block[0] = 0xA5;
        block[op->size - 1] = 0x5A;
        give_back(block, asking.tag);
    }
}
