/* queue_dpc_for_no_processor.c - queues a DPC for a processor that there is not.
 * With an argument it is the near miss. */
#include <ntddk.h>

static void routine(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
}

int main(int argc, char **argv)
{
    static KDPC dpc;
    (void)argv;
    KeInitializeDpc(&dpc, routine, NULL);
    KeSetTargetProcessorDpc(&dpc, argc > 1 ? 0 : 127);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    return 0;
}
