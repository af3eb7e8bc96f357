/* doorbell_target.c - doorbell.c, which plugs in and interrupts, on the driver kit. */
#include "expool/kit.h"

#include "doorbell.h"

DRIVER_INITIALIZE DriverEntry;

KIT_DRIVER(.name = "doorbell", .entry = DriverEntry)
KIT_IOCTLS(IOCTL_DOORBELL_TAKE, IOCTL_DOORBELL_HANDLES)

KIT_OP(ring, KIT_SIZE(times, 8))
{
    for (unsigned i = 0; i < times; i++)
        expool_interrupt(DOORBELL_VECTOR);
}

KIT_OP0(handle)
{
    HANDLE thread;
    if (NT_SUCCESS(ObOpenObjectByPointer(PsGetCurrentThread(), 0, NULL, 1, *PsThreadType,
                                         KernelMode, &thread)))
        ZwClose(thread);
}
