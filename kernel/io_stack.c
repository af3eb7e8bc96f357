/* io_stack.c - the limits of the calling thread's stack. */
#include "expool/stack.h"

#include "pool/ddi.h"
#include "pool/os.h"

VOID IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit)
{
    uintptr_t low = 0;
    uintptr_t high = 0;
    (void)os_stack_bounds(&low, &high);
    *LowLimit = low;
    *HighLimit = high;
}

PVOID IoGetInitialStack(VOID)
{
    DDI_LEVEL(IoGetInitialStack);
    ULONG_PTR low;
    ULONG_PTR high;
    IoGetStackLimits(&low, &high);
    return (PVOID)high;
}

ULONG_PTR IoGetRemainingStackSize(VOID)
{
    ULONG_PTR low;
    ULONG_PTR high;
    IoGetStackLimits(&low, &high);
    return (ULONG_PTR)__builtin_frame_address(0) - low;
}

LOGICAL IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize)
{
    ULONG_PTR low;
    ULONG_PTR high;
    IoGetStackLimits(&low, &high);
    return RegionStart >= low && RegionStart <= high && RegionSize <= high - RegionStart;
}
