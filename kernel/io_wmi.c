/* io_wmi.c - the instrumentation that there is not. */
#include "expool/wmi.h"

enum { DEVICE_BYTES_LOG2 = 4 };

NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT DeviceObject, ULONG Action)
{
    (void)DeviceObject;
    return Action == WMIREG_ACTION_DEREGISTER || Action == WMIREG_ACTION_BLOCK_IRPS
               ? STATUS_SUCCESS
               : STATUS_NOT_SUPPORTED;
}

NTSTATUS IoWMIWriteEvent(PVOID WnodeEventItem)
{
    (void)WnodeEventItem;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS IoWMIOpenBlock(LPCGUID Guid, ULONG DesiredAccess, PVOID *DataBlockObject)
{
    (void)Guid;
    (void)DesiredAccess;
    *DataBlockObject = NULL;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS IoWMISetNotificationCallback(PVOID Object, WMI_NOTIFICATION_CALLBACK_ROUTINE Callback,
                                      PVOID Context)
{
    (void)Object;
    (void)Callback;
    (void)Context;
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS IoWMISuggestInstanceName(PDEVICE_OBJECT PhysicalDeviceObject,
                                  PUNICODE_STRING SymbolicLinkName, BOOLEAN CombineNames,
                                  PUNICODE_STRING SuggestedInstanceName)
{
    (void)PhysicalDeviceObject;
    (void)SymbolicLinkName;
    (void)CombineNames;
    *SuggestedInstanceName = (UNICODE_STRING){0};
    return STATUS_NOT_SUPPORTED;
}

ULONG IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT DeviceObject)
{
    return (ULONG)((ULONG_PTR)DeviceObject >> DEVICE_BYTES_LOG2);
}
