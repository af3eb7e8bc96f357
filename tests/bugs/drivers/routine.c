/* routine.c - a driver that forgets a DPC with a routine of its own. */
#include <wdm.h>

static KDPC first;
static PKDPC context;
static volatile LONG is_running;
static volatile LONG is_over;
static DRIVER_UNLOAD unload;
DRIVER_INITIALIZE DriverEntry;

static VOID hold_up(PKDPC own, PVOID context_, PVOID argument1, PVOID argument2)
{
    (void)own, (void)context_, (void)argument1, (void)argument2;
    is_running = 1;
    while (!is_over)
        KeStallExecutionProcessor(50);
}

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    context = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *context, 'tseT');
    KeInitializeDpc(&first, hold_up, NULL);
    KeInitializeDpc(context, hold_up, NULL);
    KeInsertQueueDpc(&first, NULL, NULL); /* holds up the queue */
    while (!is_running)
        KeStallExecutionProcessor(50);
    KeInsertQueueDpc(context, NULL, NULL);
    return STATUS_SUCCESS;
}
