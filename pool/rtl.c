#include "expool/rtl.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/kind.h"
#include "pool/unwind.h"

PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Length)
{
    memset(Destination, 0, Length);
    __asm__ __volatile__(""
                         :
                         : "r"(Destination)
                         : "memory"); /* somebody may look: keep the stores */
    return Destination;
}

SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length)
{
    const UCHAR *first = Source1;
    const UCHAR *second = Source2;
    SIZE_T equal = 0;
    while (equal < Length && first[equal] == second[equal])
        equal++;
    return equal;
}

UCHAR expool_copy_is_judged;

void expool_copy_judge(const void *Destination, const void *Source, SIZE_T Length)
{
    uintptr_t to = (uintptr_t)Destination;
    uintptr_t from = (uintptr_t)Source;
    const void *frame = __builtin_frame_address(0);
    if (Length == 0 || to == from || (to < from ? from - to : to - from) >= Length)
        return;
    struct violation violation = {
        .kind = VIOLATION_COPY_OVERLAP,
        .column = hook_column(),
        .irql = irql_current,
        .address = Destination,
        .other = Source,
        .size_bytes = Length,
        .pc = unwind_caller(frame),
        .frame = frame,
    };
    violation_raise(&violation);
}
