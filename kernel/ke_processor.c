/* ke_processor.c - processors in groups of 64, as Windows counts them. */
#include "expool/processor.h"

#include "kernel/os_processor.h"
#include "pool/ddi.h"

static ULONG groups(void)
{
    return (os_processor_count() + MAXIMUM_PROC_PER_GROUP - 1) / MAXIMUM_PROC_PER_GROUP;
}

ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    ULONG all = os_processor_count();
    if (GroupNumber == ALL_PROCESSOR_GROUPS)
        return all;
    if (GroupNumber >= groups())
        return 0;
    ULONG rest = all - (ULONG)GroupNumber * MAXIMUM_PROC_PER_GROUP;
    return rest < MAXIMUM_PROC_PER_GROUP ? rest : MAXIMUM_PROC_PER_GROUP;
}

ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return KeQueryActiveProcessorCountEx(GroupNumber);
}

KAFFINITY KeQueryActiveProcessors(VOID)
{
    DDI_LEVEL(KeQueryActiveProcessors);
    ULONG count = KeQueryActiveProcessorCountEx(0);
    return count < MAXIMUM_PROC_PER_GROUP ? ((KAFFINITY)1 << count) - 1 : ~(KAFFINITY)0;
}

ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
    if (ActiveProcessors != NULL)
        *ActiveProcessors = KeQueryActiveProcessors();
    return KeQueryActiveProcessorCountEx(0);
}

ULONG KeQueryMaximumProcessorCount(VOID)
{
    return KeQueryActiveProcessorCountEx(0);
}

USHORT KeQueryActiveGroupCount(VOID)
{
    return (USHORT)groups();
}

USHORT KeQueryMaximumGroupCount(VOID)
{
    return (USHORT)groups();
}

ULONG KeGetCurrentProcessorNumber(VOID)
{
    return os_processor_current() % MAXIMUM_PROC_PER_GROUP;
}

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
    ULONG number = os_processor_current();
    if (ProcNumber != NULL) {
        ProcNumber->Group = (USHORT)(number / MAXIMUM_PROC_PER_GROUP);
        ProcNumber->Number = (UCHAR)(number % MAXIMUM_PROC_PER_GROUP);
        ProcNumber->Reserved = 0;
    }
    return number;
}
