/* io_timer.c - a device's timer: a timer of the kernel with a period of a second, and its DPC. */
#include "kernel/io_timer.h"

#include "expool/dpc.h"
#include "expool/pool.h"
#include "expool/timer.h"
#include "pool/ddi.h"

enum { TAG_TIMER = 'TnoI', SECOND_MS = 1000 };

static const LONGLONG second_units = -10000000; /* of 100 ns, from now */

struct _IO_TIMER {
    KTIMER timer;
    KDPC dpc;
    PDEVICE_OBJECT device;
    PIO_TIMER_ROUTINE routine;
    PVOID context;
};

static VOID tick(PKDPC dpc, PVOID context, PVOID low, PVOID high)
{
    (void)dpc;
    (void)low;
    (void)high;
    PIO_TIMER timer = context;
    timer->routine(timer->device, timer->context);
}

NTSTATUS IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                           PVOID Context)
{
    DDI_LEVEL(IoInitializeTimer);
    PIO_TIMER timer = DeviceObject->Timer;
    if (timer == NULL) {
        timer = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(*timer), TAG_TIMER);
        if (timer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        KeInitializeTimer(&timer->timer);
        KeInitializeDpc(&timer->dpc, tick, timer);
        timer->device = DeviceObject;
        DeviceObject->Timer = timer;
    }
    timer->routine = TimerRoutine;
    timer->context = Context;
    return STATUS_SUCCESS;
}

VOID IoStartTimer(PDEVICE_OBJECT DeviceObject)
{
    const LARGE_INTEGER due = {.QuadPart = second_units};
    KeSetTimerEx(&DeviceObject->Timer->timer, due, SECOND_MS, &DeviceObject->Timer->dpc);
}

VOID IoStopTimer(PDEVICE_OBJECT DeviceObject)
{
    KeCancelTimer(&DeviceObject->Timer->timer);
}

void io_timer_end(PDEVICE_OBJECT device)
{
    PIO_TIMER timer = device->Timer;
    if (timer == NULL)
        return;
    KeCancelTimer(&timer->timer);
    KeFlushQueuedDpcs();
    device->Timer = NULL;
    ExFreePoolWithTag(timer, TAG_TIMER);
}
