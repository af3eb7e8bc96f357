/* execute_bad.c - calls that can never succeed. */
#include "fuzz/bad_calls.h"
#include "fuzz/execute.h"

#include "expool/fsrtl_pool.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The arguments that are right. */
struct asking {
    POOL_TYPE type;
    POOL_FLAGS flags;
    SIZE_T size;
    ULONG tag;
};

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
    return flags[aux % COUNT_OF(flags)];
}

void execute_bad_flags(struct execution *execution, const struct op *op)
{
    if (op->kind == OP_BAD_FLAGS)
        execution->result = ExAllocatePool2(bad_flags(op->aux), op->size, model_tag(0));
    else if (op->aux % 2 == 0)
        execution->result = ExAllocatePool2(execution_pool_flags(op->pool), op->size, 0);
    else
        execution->result = ExAllocatePoolWithTag(execution_pool_type(op->pool), op->size, 0);
}

/* By call: the parameters, with which value; what counts on does so with size. */
static const struct bad_list {
    enum parameters list;
    uint32_t first;
    uint32_t count;
} bad_lists[BAD_COUNT] = {
    [BAD_PARAMETER_SECURE] = {PARAMETERS_SECURE, 0, 1},
    [BAD_PARAMETER_RAISING] = {PARAMETERS_SECURE, 0, 1},
    [BAD_PARAMETER_RESERVED] = {PARAMETERS_RESERVED, NormalPoolPriority, 1},
    [BAD_PARAMETER_PRIORITY] = {PARAMETERS_PRIORITY, 48, 1},
    [BAD_PARAMETER_TYPE] = {PARAMETERS_NO_SUCH_TYPE, PoolExtendedParameterMax, 1},
    [BAD_PARAMETER_NODE] = {PARAMETERS_NO_SUCH_NODE, 5, 1},
    [BAD_NODE] = {PARAMETERS_NO_SUCH_NODE, 1, 64},
    [BAD_NODE_RAISING] = {PARAMETERS_NO_SUCH_NODE, 1, 64},
    [BAD_NODE_THEN_PRIORITY] = {PARAMETERS_NODE_THEN_PRIORITY, 0, 1},
    [BAD_OPTIONAL_THEN_SECURE] = {PARAMETERS_OPTIONAL_THEN_SECURE, 0, 1},
    [BAD_PRIORITY_THEN_RESERVED] = {PARAMETERS_PRIORITY_THEN_RESERVED, 0, 1},
    [BAD_PARAMETER_TYPES] = {PARAMETERS_NO_SUCH_TYPE, PoolExtendedParameterMax, 252},
    [BAD_PARAMETER_PRIORITIES] = {PARAMETERS_PRIORITY, 48, 64},
};

static void *ask_for_bad_parameter(enum bad_call call, POOL_FLAGS flags,
                                   const struct asking *asking)
{
    const struct bad_list *row = &bad_lists[call];
    POOL_EXTENDED_PARAMETER parameters[PARAMETERS_MAX];
    if (call == BAD_PARAMETER_MISSING)
        return ExAllocatePool3(flags, asking->size, asking->tag, NULL, 1);
    uint32_t value = row->first + (uint32_t)(asking->size - 1) % row->count;
    ULONG count = parameters_write(row->list, value, parameters);
    return ExAllocatePool3(flags, asking->size, asking->tag, parameters, count);
}

static void refuse_pool(struct execution *execution)
{
    HANDLE handle = (HANDLE)(ULONG_PTR)BAD_POOL_HANDLE;
    POOL_CREATE_EXTENDED_PARAMS parameters = {.Version = POOL_CREATE_PARAMS_VERSION};
    if (ExCreatePool(POOL_CREATE_FLG_SECURE_POOL, model_tag(0), &parameters, &handle) !=
            STATUS_NOT_SUPPORTED ||
        handle != NULL || ExSecurePoolValidate(NULL, model_tag(0), NULL, 0) ||
        ExSecurePoolUpdate(NULL, model_tag(0), NULL, 0, 0, 0, NULL) != STATUS_NOT_SUPPORTED)
        execution->complaint = "a pool of one's own is not refused";
}

static void refuse_list(struct execution *execution)
{
    static LOOKASIDE_LIST_EX list;
    NTSTATUS type =
        ExInitializeLookasideListEx(&list, NULL, NULL, (POOL_TYPE)0x1000, 0, 64, model_tag(0), 0);
    NTSTATUS flags =
        ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 4, 64, model_tag(0), 0);
    NTSTATUS size = ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, (SIZE_T)1 << 32,
                                                model_tag(0), 0);
    if (type != STATUS_INVALID_PARAMETER_4 || flags != STATUS_INVALID_PARAMETER_5 ||
        size != STATUS_INVALID_PARAMETER_6)
        execution->complaint = "a bad lookaside list is not refused as it should be";
}

/* The older routines have no status to return. */
static void refuse_old_list(const struct op *op)
{
    static union any_list list;
    SIZE_T size = (SIZE_T)op->size << 32;
    if (model_pool_is_paged(op->pool))
        ExInitializePagedLookasideList(&list.paged, NULL, NULL, 0, size, model_tag(0), 0);
    else
        ExInitializeNPagedLookasideList(&list.nonpaged, NULL, NULL, 0, size, model_tag(0), 0);
}

static void query_what_is_none(struct execution *execution)
{
    static unsigned char bytes[64] __attribute__((aligned(16)));
    void *const addresses[] = {NULL, bytes + 16, (void *)(ULONG_PTR)BAD_POOL_HANDLE};
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        BOOLEAN is_charged = 2;
        if (ExQueryPoolBlockSize(addresses[i], &is_charged) != 0 || is_charged != FALSE ||
            ExQueryPoolBlockSize(addresses[i], NULL) != 0)
            execution->complaint = "usable bytes of what is no block";
    }
}

static void *ask_at_no_priority(const struct op *op, const struct asking *asking)
{
    static const uint8_t wishes[] = {1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15};
    enum { LEVELS = 4, LEVEL = 16 };
    EX_POOL_PRIORITY priority = (EX_POOL_PRIORITY)(op->size / COUNT_OF(wishes) % LEVELS * LEVEL +
                                                   wishes[op->size % COUNT_OF(wishes)]);
    switch (op->tag % 3) {
    case 0: return ExAllocatePoolWithTagPriority(asking->type, asking->size, asking->tag, priority);
    case 1: return ExAllocatePoolPriorityZero(asking->type, asking->size, asking->tag, priority);
    default:
        return ExAllocatePoolPriorityUninitialized(asking->type, asking->size, asking->tag,
                                                   priority);
    }
}

static ULONG bit_of_no_type(const struct op *op)
{
    enum { FIRST = 6, BETWEEN = 2, LATER = 11, LATER_COUNT = 20 };
    unsigned at = op->size % (BETWEEN + LATER_COUNT);
    return 1u << (at < BETWEEN ? FIRST + at : LATER + at - BETWEEN);
}

static POOL_FLAGS bit_of_no_flag(const struct op *op)
{
    static const uint8_t between[] = {2, 4};
    enum { LATER = 9, LATER_COUNT = 23 };
    unsigned at = op->size % (COUNT_OF(between) + LATER_COUNT);
    return (POOL_FLAGS)1 << (at < COUNT_OF(between) ? between[at] : LATER + at - COUNT_OF(between));
}

/* DontUseThisType, or a bit that none has. */
static POOL_TYPE bad_type(const struct op *op, const struct asking *asking, ULONG bits)
{
    ULONG type =
        op->aux % 2 == 0 ? (ULONG)DontUseThisType : (ULONG)asking->type | bit_of_no_type(op);
    return (POOL_TYPE)(type | bits);
}

static void *ask_for_quota(const struct op *op, const struct asking *asking, ULONG bits)
{
    POOL_TYPE type = bad_type(op, asking, bits);
    switch (op->tag % 4) {
    case 0: return ExAllocatePoolWithQuota(type, asking->size);
    case 1: return ExAllocatePoolWithQuotaTag(type, asking->size, asking->tag);
    case 2: return ExAllocatePoolQuotaZero(type, asking->size, asking->tag);
    default: return ExAllocatePoolQuotaUninitialized(type, asking->size, asking->tag);
    }
}

static void *ask_file_system(const struct op *op, const struct asking *asking)
{
    POOL_TYPE type = bad_type(op, asking, 0);
    switch (op->tag % 4) {
    case 0: return FsRtlAllocatePool(type, (ULONG)asking->size);
    case 1: return FsRtlAllocatePoolWithTag(type, asking->size, asking->tag);
    case 2: return FsRtlAllocatePoolWithQuota(type, (ULONG)asking->size);
    default: return FsRtlAllocatePoolWithQuotaTag(type, asking->size, asking->tag);
    }
}

static void *bad_more(struct execution *execution, const struct op *op, const struct asking *asking)
{
    KIRQL old;
    enum bad_call call = bad_call_of(op);
    POOL_FLAGS raising = asking->flags | POOL_FLAG_RAISE_ON_FAILURE;
    switch (call) {
    case BAD_PRIORITIES: return ask_at_no_priority(op, asking);
    case BAD_TYPE_BIT:
        return ExAllocatePoolWithTag((POOL_TYPE)((ULONG)asking->type | bit_of_no_type(op)),
                                     asking->size, asking->tag);
    case BAD_FLAG_BIT:
        return ExAllocatePool2(asking->flags | bit_of_no_flag(op), asking->size, asking->tag);
    case BAD_FLAG_BIT_RAISING:
        return ExAllocatePool2(raising | bit_of_no_flag(op), asking->size, asking->tag);
    case BAD_QUOTA_TYPE: return ask_for_quota(op, asking, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    case BAD_QUOTA_TYPE_RAISING: return ask_for_quota(op, asking, 0);
    case BAD_FSRTL_TYPE: return ask_file_system(op, asking);
    case BAD_TAG_EDGE:
        return ExAllocatePoolWithTag(asking->type, bad_tag_size(op), bad_edge_tag(op));
    case BAD_LEVEL_RAISED: KeRaiseIrql(bad_level(op), &old); return NULL;
    case BAD_LEVEL_LOWERED: KeLowerIrql(bad_level(op)); return NULL;
    case BAD_QUERY: query_what_is_none(execution); return NULL;
    case BAD_LIST_TOO_LARGE: refuse_old_list(op); return NULL;
    case BAD_NODE_RAISING: return ask_for_bad_parameter(call, raising, asking);
    default: return ask_for_bad_parameter(call, asking->flags, asking);
    }
}

static void *bad_call(struct execution *execution, const struct op *op, const struct asking *asking)
{
    enum { NO_SUCH_PRIORITY = 5 };
    ULONG aligned = model_pool_is_aligned(op->pool) ? NonPagedPoolCacheAligned : 0;
    POOL_TYPE type = asking->type;
    SIZE_T size = asking->size;
    ULONG tag = asking->tag;
    enum bad_call call = bad_call_of(op);
    switch (call) {
    case BAD_MUST_SUCCEED:
        return ExAllocatePoolWithTag((POOL_TYPE)(NonPagedPoolMustSucceed | aligned), size,
                                     bad_is_twice(op) ? 0 : tag);
    case BAD_TAG_BIG: return ExAllocatePoolWithTag(type, bad_tag_size(op), ' GIB');
    case BAD_TAG_UNREADABLE: return ExAllocatePoolWithTag(type, bad_tag_size(op), BAD_TAG_VALUE);
    case BAD_TYPE_BOTH: return ExAllocatePoolWithTag(DontUseThisType, size, tag);
    case BAD_TYPE_UNKNOWN: return ExAllocatePoolZero((POOL_TYPE)(type | 0x1000), size, tag);
    case BAD_PRIORITY:
        return ExAllocatePoolWithTagPriority(type, size, tag, (EX_POOL_PRIORITY)NO_SUCH_PRIORITY);
    case BAD_CREATE_POOL: refuse_pool(execution); return NULL;
    case BAD_LIST: refuse_list(execution); return NULL;
    case BAD_DESTROY_POOL: ExDestroyPool((HANDLE)(ULONG_PTR)BAD_POOL_HANDLE); return NULL;
    case BAD_FLAGS_RAISING: return ExAllocatePool2(POOL_FLAG_RAISE_ON_FAILURE, size, tag);
    case BAD_TAG_ZERO_RAISING:
        return ExAllocatePool2(asking->flags | POOL_FLAG_RAISE_ON_FAILURE, size, 0);
    case BAD_PRIORITY_RAISING:
        return ExAllocatePoolPriorityZero((POOL_TYPE)(type | POOL_RAISE_IF_ALLOCATION_FAILURE),
                                          size, tag, (EX_POOL_PRIORITY)NO_SUCH_PRIORITY);
    case BAD_PARAMETER_RAISING:
        return ask_for_bad_parameter(call, asking->flags | POOL_FLAG_RAISE_ON_FAILURE, asking);
    default: return ask_for_bad_parameter(call, asking->flags, asking);
    }
}

void execute_bad_call(struct execution *execution, const struct op *op)
{
    const struct asking asking = {
        .type = execution_pool_type(op->pool),
        .flags = execution_pool_flags(op->pool),
        .size = op->size,
        .tag = model_tag(0),
    };
    void *volatile block = NULL;
    __try {
        block = op->kind == OP_BAD_MORE ? bad_more(execution, op, &asking)
                                        : bad_call(execution, op, &asking);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        execution->raised = GetExceptionCode();
    }
    execution->result = block;
}
