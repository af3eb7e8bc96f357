#include "expool/rtl_misc.h"

#include "pool/unwind.h"

#include <stdbool.h>
#include <string.h>

enum { FRAMES_MAX = 256 };

/* Lehmer's generator over 2^31 - 1; 0 would stay 0. */
ULONG RtlUniform(PULONG Seed)
{
    const uint64_t prime = 0x7fffffff;
    const uint64_t factor = 48271;
    uint64_t state = *Seed % prime;
    if (state == 0)
        state = factor;
    *Seed = (ULONG)(state * factor % prime);
    return *Seed - 1;
}

ULONG RtlRandom(PULONG Seed)
{
    return RtlUniform(Seed);
}

ULONG RtlRandomEx(PULONG Seed)
{
    return RtlUniform(Seed);
}

SIZE_T RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern)
{
    const ULONG *words = Source;
    if ((ULONG_PTR)Source % sizeof(ULONG) != 0 || Length % sizeof(ULONG) != 0)
        return 0;
    SIZE_T i = 0;
    while (i < Length / sizeof(ULONG) && words[i] == Pattern)
        i++;
    return i * sizeof(ULONG);
}

VOID RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern)
{
    for (SIZE_T i = 0; i + sizeof Pattern <= Length; i += sizeof Pattern)
        memcpy((char *)Destination + i, &Pattern, sizeof Pattern);
}

VOID RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern)
{
    for (SIZE_T i = 0; i + sizeof Pattern <= Length; i += sizeof Pattern)
        memcpy((char *)Destination + i, &Pattern, sizeof Pattern);
}

BOOLEAN RtlIsZeroMemory(PVOID Buffer, SIZE_T Length)
{
    const char *bytes = Buffer;
    for (SIZE_T i = 0; i < Length; i++)
        if (bytes[i] != 0)
            return FALSE;
    return TRUE;
}

/* The callers of the routine that owns `frame`. */
static ULONG walk(const void *frame, ULONG skipped, PVOID *callers, ULONG count)
{
    uintptr_t frames[FRAMES_MAX];
    ULONG depth = unwind_quick(frame, frames, FRAMES_MAX);
    ULONG kept = depth > skipped ? min(depth - skipped, count) : 0;
    for (ULONG i = 0; i < kept; i++)
        callers[i] = (PVOID)frames[skipped + i];
    return kept;
}

USHORT RtlCaptureStackBackTrace(ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace,
                                PULONG BackTraceHash)
{
    ULONG count = walk(__builtin_frame_address(0), FramesToSkip, BackTrace, FramesToCapture);
    ULONG hash = 0;
    for (ULONG i = 0; i < count; i++)
        hash += (ULONG)(ULONG_PTR)BackTrace[i];
    if (BackTraceHash != NULL)
        *BackTraceHash = hash;
    return (USHORT)count;
}

ULONG RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags)
{
    if (FlagOn(Flags, RTL_WALK_USER_MODE_STACK))
        return 0;
    ULONG skipped = Flags >> RTL_STACK_WALKING_MODE_FRAMES_TO_SKIP_SHIFT;
    return walk(__builtin_frame_address(0), skipped, Callers, Count);
}

LARGE_INTEGER RtlExtendedLargeIntegerDivide(LARGE_INTEGER Dividend, ULONG Divisor, PULONG Remainder)
{
    ULONGLONG dividend = (ULONGLONG)Dividend.QuadPart;
    if (Remainder != NULL)
        *Remainder = (ULONG)(dividend % Divisor);
    return expool_large((LONGLONG)(dividend / Divisor));
}

LARGE_INTEGER RtlLargeIntegerDivide(LARGE_INTEGER Dividend, LARGE_INTEGER Divisor,
                                    PLARGE_INTEGER Remainder)
{
    ULONGLONG dividend = (ULONGLONG)Dividend.QuadPart;
    ULONGLONG divisor = (ULONGLONG)Divisor.QuadPart;
    if (Remainder != NULL)
        Remainder->QuadPart = (LONGLONG)(dividend % divisor);
    return expool_large((LONGLONG)(dividend / divisor));
}

ULONG RtlEnlargedUnsignedDivide(ULARGE_INTEGER Dividend, ULONG Divisor, PULONG Remainder)
{
    if (Remainder != NULL)
        *Remainder = (ULONG)(Dividend.QuadPart % Divisor);
    return (ULONG)(Dividend.QuadPart / Divisor);
}
