/* expool/pool_parameter.h - ExAllocatePool3 and its extended parameters; pools of one's own, which
 * are not to be had here. [D][H] */
#ifndef EXPOOL_POOL_PARAMETER_H
#define EXPOOL_POOL_PARAMETER_H

#include "expool/pool.h"
#include "expool/status.h"

#define POOL_EXTENDED_PARAMETER_TYPE_BITS           8
#define POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS 1
#define POOL_EXTENDED_PARAMETER_RESERVED_BITS                                                      \
    (64 - POOL_EXTENDED_PARAMETER_TYPE_BITS - POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS)

#define SECURE_POOL_FLAGS_NONE          0x0
#define SECURE_POOL_FLAGS_FREEABLE      0x1
#define SECURE_POOL_FLAGS_MODIFIABLE    0x2
#define POOL_CREATE_FLG_SECURE_POOL     0x1
#define POOL_CREATE_FLG_USE_GLOBAL_POOL 0x2

#define POOL_CREATE_FLG_VALID_FLAGS (POOL_CREATE_FLG_SECURE_POOL | POOL_CREATE_FLG_USE_GLOBAL_POOL)
#define POOL_CREATE_PARAMS_VERSION  1

/* OR-ed into a node: a wish, not a condition. */
#define MM_ANY_NODE_OK 0x80000000

typedef ULONG NODE_REQUIREMENT, POOL_NODE_REQUIREMENT;

typedef enum POOL_EXTENDED_PARAMETER_TYPE {
    PoolExtendedParameterInvalidType = 0,
    PoolExtendedParameterPriority = 1,
    PoolExtendedParameterSecurePool = 2,
    PoolExtendedParameterNumaNode = 3,
    PoolExtendedParameterMax
} POOL_EXTENDED_PARAMETER_TYPE,
    *PPOOL_EXTENDED_PARAMETER_TYPE;

typedef struct _POOL_EXTENDED_PARAMS_SECURE_POOL {
    HANDLE SecurePoolHandle;
    PVOID Buffer;
    ULONG_PTR Cookie;
    ULONG SecurePoolFlags;
} POOL_EXTENDED_PARAMS_SECURE_POOL;

/* Begin with {0}: a stale Optional changes what is asked for. */
typedef struct DECLSPEC_ALIGN(8) _POOL_EXTENDED_PARAMETER {
    __extension__ struct {
        ULONG64 Type : POOL_EXTENDED_PARAMETER_TYPE_BITS;
        ULONG64 Optional : POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS;
        ULONG64 Reserved : POOL_EXTENDED_PARAMETER_RESERVED_BITS;
    };
    __extension__ union {
        ULONG64 Reserved2;
        PVOID Reserved3;
        EX_POOL_PRIORITY Priority;
        POOL_EXTENDED_PARAMS_SECURE_POOL *SecurePoolParams;
        POOL_NODE_REQUIREMENT PreferredNode;
    };
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

typedef struct _POOL_CREATE_EXTENDED_PARAMS {
    ULONG Version;
} POOL_CREATE_EXTENDED_PARAMS;

#ifdef __cplusplus
static_assert(sizeof(POOL_EXTENDED_PARAMETER) == 0x10, "Windows' size");
extern "C" {
#else
_Static_assert(sizeof(POOL_EXTENDED_PARAMETER) == 0x10, "Windows' size");
_Static_assert(sizeof(POOL_EXTENDED_PARAMS_SECURE_POOL) == 0x20, "Windows' size");
#endif
#pragma GCC visibility push(default)

/* As ExAllocatePool2, with Count parameters. A parameter of unknown type, with Reserved bits, or
 * one that cannot be met fails the call unless it is Optional: Priority (EX_POOL_PRIORITY);
 * NumaNode, only with POOL_FLAG_NON_PAGED, and there is node 0 alone; SecurePool, which never can.
 * The last of two of a kind counts. NULL, or the raise of POOL_FLAG_RAISE_ON_FAILURE:
 * STATUS_INVALID_PARAMETER for a bad parameter [P]. [D] */
PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                      PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount);

/* Not supported: there is no secure kernel to keep such a pool. ExCreatePool returns
 * STATUS_NOT_SUPPORTED and no handle, so no handle is right for the others: destroying one is bug
 * check 0xC2/0x42, an update STATUS_NOT_SUPPORTED, nothing is valid. [P] */
NTSTATUS ExCreatePool(ULONG Flags, ULONG_PTR Tag, POOL_CREATE_EXTENDED_PARAMS *Params,
                      HANDLE *PoolHandle);
VOID ExDestroyPool(HANDLE PoolHandle);
NTSTATUS ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation, ULONG_PTR Cookie,
                            SIZE_T Offset, SIZE_T Size, PVOID Buffer);
LOGICAL ExSecurePoolValidate(HANDLE SecurePoolHandle, ULONG Tag, PVOID Allocation,
                             ULONG_PTR Cookie);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
