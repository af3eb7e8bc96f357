/* expool/io_timer.h - a device's timer: a routine called once a second. [H] */
#ifndef EXPOOL_IO_TIMER_H
#define EXPOOL_IO_TIMER_H

#include "expool/device.h"

typedef VOID IO_TIMER_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_TIMER_ROUTINE *PIO_TIMER_ROUTINE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The device gets a timer, which goes with it; a second call changes the routine. It is called at
 * DISPATCH_LEVEL, first a second after IoStartTimer. STATUS_INSUFFICIENT_RESOURCES. PASSIVE_LEVEL.
 * [D] */
NTSTATUS IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                           PVOID Context);
/* At most DISPATCH_LEVEL. A call under way may end after IoStopTimer. [D] */
VOID IoStartTimer(PDEVICE_OBJECT DeviceObject);
VOID IoStopTimer(PDEVICE_OBJECT DeviceObject);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
