/* acquire_in_reverse_order.c - acquires two spin locks, then another thread in reverse order.
 * With an argument it is the near miss. */
#include <wdm.h>

static KSPIN_LOCK a;
static KSPIN_LOCK b;

static void take_both(KSPIN_LOCK *first, KSPIN_LOCK *second)
{
    KIRQL old;
    KeAcquireSpinLock(first, &old);
    KeAcquireSpinLockAtDpcLevel(second);
    KeReleaseSpinLockFromDpcLevel(second);
    KeReleaseSpinLock(first, old);
}

static void other_thread(void *near_miss)
{
    take_both(near_miss != NULL ? &a : &b, near_miss != NULL ? &b : &a);
}

int main(int argc, char **argv)
{
    HANDLE handle;
    PVOID thread;
    KeInitializeSpinLock(&a);
    KeInitializeSpinLock(&b);
    take_both(&a, &b);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, other_thread, argc > 1 ? argv : NULL);
    ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    ZwClose(handle);
    return 0;
}
