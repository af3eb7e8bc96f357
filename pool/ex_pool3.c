/* ex_pool3.c - ExAllocatePool3: its parameters onto a request; and pools of one's own, refused. */
#include "expool/pool_parameter.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/pool.h"
#include "pool/type_hint.h"
#include "pool/util.h"

#define OWN_FRAME __builtin_frame_address(0)

enum { NODES = 1 };

static bool take_priority(struct request *request, PCPOOL_EXTENDED_PARAMETER parameter)
{
    return request_set_priority(request, (uint32_t)parameter->Priority);
}

/* A wish for a node that is not there is no reason to fail, a condition is. */
static bool take_node(struct request *request, PCPOOL_EXTENDED_PARAMETER parameter)
{
    ULONG node = parameter->PreferredNode;
    if (request->kind != POOL_NONPAGED)
        return false;
    return (node & MM_ANY_NODE_OK) != 0 || node < NODES;
}

static bool take_parameter(struct request *request, PCPOOL_EXTENDED_PARAMETER parameter)
{
    if (parameter->Reserved != 0)
        return false;
    switch (parameter->Type) {
    case PoolExtendedParameterPriority: return take_priority(request, parameter);
    case PoolExtendedParameterNumaNode: return take_node(request, parameter);
    default: return false; /* unknown, or of a secure pool */
    }
}

static bool take_parameters(struct request *request, PCPOOL_EXTENDED_PARAMETER parameters,
                            ULONG count)
{
    if (count > 0 && parameters == NULL)
        return false;
    for (ULONG i = 0; i < count; i++)
        if (!take_parameter(request, &parameters[i]) && !parameters[i].Optional)
            return false;
    return true;
}

PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                      PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount)
{
    struct request request = {.size_bytes = NumberOfBytes, .tag = Tag, .frame = OWN_FRAME};
    bool is_valid = request_from_flags(&request, Flags);
    if (!is_valid)
        type_hint(Flags, request.frame);
    if (!is_valid || tag_without_protection(Tag) == 0 ||
        !take_parameters(&request, ExtendedParameters, ExtendedParametersCount))
        return pool_fail(&request, (uint32_t)STATUS_INVALID_PARAMETER);
    return pool_allocate(&request);
}

NTSTATUS ExCreatePool(ULONG Flags, ULONG_PTR Tag, POOL_CREATE_EXTENDED_PARAMS *Params,
                      HANDLE *PoolHandle)
{
    UNREFERENCED_PARAMETER(Flags);
    UNREFERENCED_PARAMETER(Tag);
    UNREFERENCED_PARAMETER(Params);
    if (PoolHandle == NULL)
        return STATUS_INVALID_PARAMETER_4;
    *PoolHandle = NULL;
    return STATUS_NOT_SUPPORTED;
}

VOID ExDestroyPool(HANDLE PoolHandle)
{
    struct violation violation = {
        .kind = VIOLATION_FREE_OUTSIDE,
        .column = COLUMN_PLAIN,
        .address = PoolHandle,
        .irql = irql_current,
        .frame = OWN_FRAME,
    };
    violation_raise(&violation);
}

/* NOLINTNEXTLINE(readability-function-size): seven parameters are Windows' choice */
NTSTATUS ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie,
                            SIZE_T Offset, SIZE_T Size, PVOID Buffer)
{
    UNREFERENCED_PARAMETER(SecurePoolHandle);
    UNREFERENCED_PARAMETER(Tag);
    UNREFERENCED_PARAMETER(Allocation);
    UNREFERENCED_PARAMETER(Cookie);
    UNREFERENCED_PARAMETER(Offset);
    UNREFERENCED_PARAMETER(Size);
    UNREFERENCED_PARAMETER(Buffer);
    return STATUS_NOT_SUPPORTED;
}

LOGICAL ExSecurePoolValidate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie)
{
    UNREFERENCED_PARAMETER(SecurePoolHandle);
    UNREFERENCED_PARAMETER(Tag);
    UNREFERENCED_PARAMETER(Allocation);
    UNREFERENCED_PARAMETER(Cookie);
    return FALSE;
}
