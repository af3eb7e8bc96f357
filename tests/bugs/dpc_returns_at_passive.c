/* dpc_returns_at_passive.c - lowers the IRQL in a DPC.
 * With an argument it is the near miss. */
#include <wdm.h>

static KSPIN_LOCK lock;

static VOID work(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    KeAcquireSpinLockAtDpcLevel(&lock);
    if (context != NULL)
        KeReleaseSpinLockFromDpcLevel(&lock);
    else
        KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KDPC dpc;
    KeInitializeSpinLock(&lock);
    KeInitializeDpc(&dpc, work, near_miss ? &lock : NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    return 0;
}
