/* quota_in_dpc.c - has the process pay for pool in a DPC.
 * With an argument it is the near miss. */
#include <wdm.h>

static BOOLEAN near_miss;

static VOID work(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    POOL_FLAGS quota = near_miss ? 0 : POOL_FLAG_USE_QUOTA;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED | quota, 100, 'tseT');
    if (block != NULL)
        ExFreePoolWithTag(block, 'tseT');
}

int main(int argc, char **argv)
{
    KDPC dpc;
    near_miss = argc > 1;
    (void)argv;
    KeInitializeDpc(&dpc, work, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    return 0;
}
