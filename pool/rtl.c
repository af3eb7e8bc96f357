#include "expool/rtl.h"

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
