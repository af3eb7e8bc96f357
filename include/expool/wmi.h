/* expool/wmi.h - Windows Management Instrumentation: there is none to report to. Registering and
 * opening say STATUS_NOT_SUPPORTED. [H] */
#ifndef EXPOOL_WMI_H
#define EXPOOL_WMI_H

#include "expool/device.h"
#include "expool/guid.h"

#define WMIREG_ACTION_REGISTER     1
#define WMIREG_ACTION_DEREGISTER   2
#define WMIREG_ACTION_REREGISTER   3
#define WMIREG_ACTION_UPDATE_GUIDS 4
#define WMIREG_ACTION_BLOCK_IRPS   5

typedef VOID FWMI_NOTIFICATION_CALLBACK(PVOID Wnode, PVOID Context);
typedef FWMI_NOTIFICATION_CALLBACK *WMI_NOTIFICATION_CALLBACK_ROUTINE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* STATUS_NOT_SUPPORTED, except for WMIREG_ACTION_DEREGISTER and _BLOCK_IRPS: nothing was
 * registered, and nothing is. */
NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT DeviceObject, ULONG Action);
/* STATUS_NOT_SUPPORTED; the event stays the caller's. */
NTSTATUS IoWMIWriteEvent(PVOID WnodeEventItem);
/* STATUS_NOT_SUPPORTED, and NULL. */
NTSTATUS IoWMIOpenBlock(LPCGUID Guid, ULONG DesiredAccess, PVOID *DataBlockObject);
NTSTATUS IoWMISetNotificationCallback(PVOID Object, WMI_NOTIFICATION_CALLBACK_ROUTINE Callback,
                                      PVOID Context);
NTSTATUS IoWMISuggestInstanceName(PDEVICE_OBJECT PhysicalDeviceObject,
                                  PUNICODE_STRING SymbolicLinkName, BOOLEAN CombineNames,
                                  PUNICODE_STRING SuggestedInstanceName);
/* A number of the device's own. */
ULONG IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT DeviceObject);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
