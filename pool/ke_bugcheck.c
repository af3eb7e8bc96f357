/* ke_bugcheck.c - stops that driver code asks for itself. */
#include "expool/bugcheck.h"

#include "pool/bugcheck.h"

#define OWN_FRAME __builtin_frame_address(0)

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
    const uint64_t parameter[4] = {BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                                   BugCheckParameter4};
    bugcheck_stop(BugCheckCode, parameter, OWN_FRAME);
}

VOID KeBugCheck(ULONG BugCheckCode)
{
    const uint64_t parameter[4] = {0, 0, 0, 0};
    bugcheck_stop(BugCheckCode, parameter, OWN_FRAME);
}
