/* dpc_stays_in_region.c - enters a critical region in a DPC and stays there.
 * With an argument it is the near miss. */
#include <wdm.h>

static KSPIN_LOCK lock;

static VOID work(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    KeEnterCriticalRegion();
    if (context != NULL)
        KeLeaveCriticalRegion();
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
