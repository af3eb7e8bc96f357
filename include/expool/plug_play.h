/* expool/plug_play.h - plug and play as a driver asks for it: notifications, properties of a device
 * and its registry keys. The host is the plug-and-play manager (expool/driver.h). [H] */
#ifndef EXPOOL_PLUG_PLAY_H
#define EXPOOL_PLUG_PLAY_H

#include "expool/device.h"
#include "expool/pnp_types.h"
#include "expool/registry.h"

typedef enum _IO_NOTIFICATION_EVENT_CATEGORY {
    EventCategoryReserved,
    EventCategoryHardwareProfileChange,
    EventCategoryDeviceInterfaceChange,
    EventCategoryTargetDeviceChange,
    EventCategoryKernelSoftRestart
} IO_NOTIFICATION_EVENT_CATEGORY;

#define PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES 0x00000001
#define PNP_NOTIFICATION_VERSION                               1

/* Drivers define such routines with a pointer to the structure they mean, which Microsoft's
 * compiler takes; so do ours when the type does not say its parameters. */
#if EXPOOL_DRIVER_DIALECT && !defined(__cplusplus)
typedef NTSTATUS DRIVER_NOTIFICATION_CALLBACK_ROUTINE();
#else
typedef NTSTATUS DRIVER_NOTIFICATION_CALLBACK_ROUTINE(PVOID NotificationStructure, PVOID Context);
#endif
typedef DRIVER_NOTIFICATION_CALLBACK_ROUTINE *PDRIVER_NOTIFICATION_CALLBACK_ROUTINE;

/* All of them begin with these three. */
typedef struct _PLUGPLAY_NOTIFICATION_HEADER {
    USHORT Version;
    USHORT Size;
    GUID Event;
} PLUGPLAY_NOTIFICATION_HEADER, *PPLUGPLAY_NOTIFICATION_HEADER;

typedef struct _DEVICE_INTERFACE_CHANGE_NOTIFICATION {
    USHORT Version;
    USHORT Size;
    GUID Event; /* GUID_DEVICE_INTERFACE_ARRIVAL, _REMOVAL */
    GUID InterfaceClassGuid;
    PUNICODE_STRING SymbolicLinkName;
} DEVICE_INTERFACE_CHANGE_NOTIFICATION, *PDEVICE_INTERFACE_CHANGE_NOTIFICATION;

typedef struct _TARGET_DEVICE_REMOVAL_NOTIFICATION {
    USHORT Version;
    USHORT Size;
    GUID Event; /* GUID_TARGET_DEVICE_QUERY_REMOVE, _REMOVE_CANCELLED, _REMOVE_COMPLETE */
    PFILE_OBJECT FileObject;
} TARGET_DEVICE_REMOVAL_NOTIFICATION, *PTARGET_DEVICE_REMOVAL_NOTIFICATION;

typedef struct _TARGET_DEVICE_CUSTOM_NOTIFICATION {
    USHORT Version;
    USHORT Size;
    GUID Event;
    PFILE_OBJECT FileObject;
    LONG NameBufferOffset;
    UCHAR CustomDataBuffer[1];
} TARGET_DEVICE_CUSTOM_NOTIFICATION, *PTARGET_DEVICE_CUSTOM_NOTIFICATION;

typedef struct _HWPROFILE_CHANGE_NOTIFICATION {
    USHORT Version;
    USHORT Size;
    GUID Event;
} HWPROFILE_CHANGE_NOTIFICATION, *PHWPROFILE_CHANGE_NOTIFICATION;

typedef enum {
    DevicePropertyDeviceDescription,
    DevicePropertyHardwareID,
    DevicePropertyCompatibleIDs,
    DevicePropertyBootConfiguration,
    DevicePropertyBootConfigurationTranslated,
    DevicePropertyClassName,
    DevicePropertyClassGuid,
    DevicePropertyDriverKeyName,
    DevicePropertyManufacturer,
    DevicePropertyFriendlyName,
    DevicePropertyLocationInformation,
    DevicePropertyPhysicalDeviceObjectName,
    DevicePropertyBusTypeGuid,
    DevicePropertyLegacyBusType,
    DevicePropertyBusNumber,
    DevicePropertyEnumeratorName,
    DevicePropertyAddress,
    DevicePropertyUINumber,
    DevicePropertyInstallState,
    DevicePropertyRemovalPolicy,
    DevicePropertyResourceRequirements,
    DevicePropertyAllocatedResources,
    DevicePropertyContainerID
} DEVICE_REGISTRY_PROPERTY;

#define PLUGPLAY_REGKEY_DEVICE            1
#define PLUGPLAY_REGKEY_DRIVER            2
#define PLUGPLAY_REGKEY_CURRENT_HWPROFILE 4

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* CallbackRoutine is told, at PASSIVE_LEVEL, no lock held, by the thread that causes it:
 * EventCategoryDeviceInterfaceChange (EventCategoryData: the class's GUID) by
 * IoSetDeviceInterfaceState, and of interfaces there already when asked to;
 * EventCategoryTargetDeviceChange (a file object) by expool_pnp_send's query, cancelled and
 * surprise removal and expool_pnp_remove; EventCategoryHardwareProfileChange never.
 * STATUS_INVALID_PARAMETER: another category. An entry left behind is a leak of tag 'NpnP'.
 * PASSIVE_LEVEL. [D] */
NTSTATUS IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
                                        ULONG EventCategoryFlags, PVOID EventCategoryData,
                                        PDRIVER_OBJECT DriverObject,
                                        PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine,
                                        PVOID Context, PVOID *NotificationEntry);
/* Waits for calls under way, except in a callback. PASSIVE_LEVEL. [D] */
NTSTATUS IoUnregisterPlugPlayNotification(PVOID NotificationEntry);
NTSTATUS IoUnregisterPlugPlayNotificationEx(PVOID NotificationEntry);

/* Of a device that expool_pnp_add made, else STATUS_INVALID_DEVICE_REQUEST. Text ends with a 0.
 * STATUS_BUFFER_TOO_SMALL, and *ResultLength the bytes needed; STATUS_OBJECT_NAME_NOT_FOUND: it has
 * not been set (expool_pnp_set_text), or is not modelled. PASSIVE_LEVEL. [D] */
NTSTATUS IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject, DEVICE_REGISTRY_PROPERTY DeviceProperty,
                             ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength);

/* The device's or the driver's key for such a device, made when it is missing.
 * STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER. PASSIVE_LEVEL. [D] */
NTSTATUS IoOpenDeviceRegistryKey(PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType,
                                 ACCESS_MASK DesiredAccess, PHANDLE KeyHandle);

/* Asks the stack's drivers for IRP_MN_QUERY_DEVICE_RELATIONS of that type, soon, on a worker
 * thread; the answer is let go of: nothing is started for it [P]. At most DISPATCH_LEVEL. [D] */
VOID IoInvalidateDeviceRelations(PDEVICE_OBJECT DeviceObject, DEVICE_RELATION_TYPE Type);
/* The same with IRP_MN_QUERY_PNP_DEVICE_STATE. */
VOID IoInvalidateDeviceState(PDEVICE_OBJECT PhysicalDeviceObject);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
