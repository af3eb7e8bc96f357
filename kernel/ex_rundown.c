/* ex_rundown.c - run-down protection: a count of uses, and a bit that ends them. */
#include "expool/irql.h"
#include "expool/rundown.h"

#include "kernel/misuse.h"
#include "kernel/os_park.h"
#include "pool/order.h"
#include "pool/touch.h"

#include <stdbool.h>

#define RUNNING_DOWN ((ULONG_PTR)1)
#define ONE_USE      ((ULONG_PTR)2)

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, 0, __ATOMIC_RELEASE);
}

BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
    TOUCHES(RunRef);
    ULONG_PTR word = __atomic_load_n(&RunRef->Count, __ATOMIC_RELAXED);
    do {
        if ((word & RUNNING_DOWN) != 0)
            return FALSE;
    } while (!__atomic_compare_exchange_n(&RunRef->Count, &word, word + Count * ONE_USE, false,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    order_after(RunRef);
    return TRUE;
}

/* The last use may be ended by one thread while another, who waited, frees the object: the word is
 * not touched after the count has gone down. */
VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
    TOUCHES(RunRef);
    order_before(RunRef);
    ULONG_PTR after = __atomic_sub_fetch(&RunRef->Count, Count * ONE_USE, __ATOMIC_ACQ_REL);
    if (after == RUNNING_DOWN)
        os_unpark_all(&RunRef->Count);
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    return ExAcquireRundownProtectionEx(RunRef, 1);
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ExReleaseRundownProtectionEx(RunRef, 1);
}

VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
    MISUSE_ABOVE(APC_LEVEL);
    TOUCHES(RunRef);
    ULONG_PTR word = __atomic_or_fetch(&RunRef->Count, RUNNING_DOWN, __ATOMIC_ACQ_REL);
    while (word != RUNNING_DOWN) {
        os_park(&RunRef->Count, (uint32_t)word);
        word = __atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE);
    }
    order_after(RunRef);
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
    ORDER_RELEASE(&RunRef->Count, RUNNING_DOWN);
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ORDER_RELEASE(&RunRef->Count, 0);
}
