/* expool/power.h - power requests: passed on like any other; nobody's power changes here. [H] */
#ifndef EXPOOL_POWER_H
#define EXPOOL_POWER_H

#include "expool/io.h"

typedef VOID REQUEST_POWER_COMPLETE(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction,
                                    POWER_STATE PowerState, PVOID Context,
                                    PIO_STATUS_BLOCK IoStatus);
typedef REQUEST_POWER_COMPLETE *PREQUEST_POWER_COMPLETE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* IoCallDriver, since Windows Vista; and nothing, since then. [D] */
NTSTATUS PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID PoStartNextPowerIrp(PIRP Irp);

/* Remembers nothing: the state before is returned as PowerDeviceD0. [P] */
POWER_STATE PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State);

/* Sends IRP_MJ_POWER with MinorFunction to the top of the device's stack; CompletionFunction,
 * unless NULL, is called with its status. STATUS_PENDING; STATUS_INSUFFICIENT_RESOURCES. *Irp,
 * unless NULL, takes the request of IRP_MN_WAIT_WAKE. [D] */
NTSTATUS PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                           PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP *Irp);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
