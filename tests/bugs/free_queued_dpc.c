/* free_queued_dpc.c - frees a block with a DPC in it that is queued.
 * With an argument it is the near miss. */
#include <wdm.h>

struct context {
    ULONG number;
    KDPC dpc;
};

static KDPC first;
static KEVENT gate;

static VOID work(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    while (KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, &zero) == STATUS_TIMEOUT)
        KeStallExecutionProcessor(50);
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct context *context = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *context, 'cpdD');
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    KeInitializeDpc(&first, work, NULL);
    KeInitializeDpc(&context->dpc, work, NULL);
    KeInsertQueueDpc(&first, NULL, NULL); /* holds up the queue */
    KeInsertQueueDpc(&context->dpc, NULL, NULL);
    if (near_miss) {
        KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
        KeFlushQueuedDpcs();
    }
    ExFreePoolWithTag(context, 'cpdD');
    return 0;
}
