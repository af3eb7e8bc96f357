/* doorbell.c - a driver of ours for a device that plugs in and interrupts: each ring becomes a
 * record in pool, made by the DPC. It watches handles to threads, too, with a context a handle. */
#include <initguid.h>

#include "doorbell.h"

#define RING_TAG    'gniR'
#define CONTEXT_TAG 'txtC'
#define RING_LEVEL  6

DEFINE_GUID(GUID_DOORBELL, 0x8d1ff6a0, 0x2b51, 0x4f0e, 0x91, 0x5c, 0x30, 0x11, 0x62, 0x0a, 0x77,
            0x05);

typedef struct _RING {
    LIST_ENTRY Link;
    LARGE_INTEGER When;
} RING, *PRING;

typedef struct _BELL {
    PDEVICE_OBJECT Below;
    PDEVICE_OBJECT Pdo;
    PKINTERRUPT Interrupt;
    LIST_ENTRY Rings;
    KSPIN_LOCK Lock;
    ULONG Depth; /* rings that are kept */
    ULONG Count;
    LONG Handles;
    PVOID Watcher;
    UNICODE_STRING Link;
} BELL, *PBELL;

DRIVER_INITIALIZE DriverEntry;
DRIVER_ADD_DEVICE BellAddDevice;
DRIVER_UNLOAD BellUnload;
KSERVICE_ROUTINE BellService;
IO_DPC_ROUTINE BellDpc;
_Dispatch_type_(IRP_MJ_PNP) DRIVER_DISPATCH BellPnp;
_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH BellCreateClose;
_Dispatch_type_(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH BellControl;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, BellAddDevice)
#endif

BOOLEAN BellService(_In_ PKINTERRUPT Interrupt, _In_opt_ PVOID Context)
{
    PDEVICE_OBJECT device = Context;
    UNREFERENCED_PARAMETER(Interrupt);
    IoRequestDpc(device, NULL, NULL);
    return TRUE;
}

VOID BellDpc(_In_ PKDPC Dpc, _In_ struct _DEVICE_OBJECT *DeviceObject, _Inout_ struct _IRP *Irp,
             _In_opt_ PVOID Context)
{
    PBELL bell = DeviceObject->DeviceExtension;
    PRING ring = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(RING), RING_TAG);
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    if (ring == NULL)
        return;
    KeQuerySystemTime(&ring->When);
    KeAcquireSpinLockAtDpcLevel(&bell->Lock);
    InsertTailList(&bell->Rings, &ring->Link);
    ring = NULL;
    if (++bell->Count > bell->Depth) {
        ring = CONTAINING_RECORD(RemoveHeadList(&bell->Rings), RING, Link);
        bell->Count--;
    }
    KeReleaseSpinLockFromDpcLevel(&bell->Lock);
    if (ring != NULL)
        ExFreePoolWithTag(ring, RING_TAG);
}

static ULONG BellTake(_Inout_ PBELL Bell)
{
    KIRQL irql;
    ULONG count;
    LIST_ENTRY taken;
    InitializeListHead(&taken);
    KeAcquireSpinLock(&Bell->Lock, &irql);
    count = Bell->Count;
    while (!IsListEmpty(&Bell->Rings))
        InsertTailList(&taken, RemoveHeadList(&Bell->Rings));
    Bell->Count = 0;
    KeReleaseSpinLock(&Bell->Lock, irql);
    while (!IsListEmpty(&taken))
        ExFreePoolWithTag(CONTAINING_RECORD(RemoveHeadList(&taken), RING, Link), RING_TAG);
    return count;
}

static OB_PREOP_CALLBACK_STATUS BellBefore(PVOID Context, POB_PRE_OPERATION_INFORMATION Info)
{
    UNREFERENCED_PARAMETER(Context);
    Info->CallContext = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(PVOID), CONTEXT_TAG);
    return OB_PREOP_SUCCESS;
}

static VOID BellAfter(PVOID Context, POB_POST_OPERATION_INFORMATION Info)
{
    PBELL bell = Context;
    InterlockedIncrement(&bell->Handles);
    if (Info->CallContext != NULL)
        ExFreePoolWithTag(Info->CallContext, CONTEXT_TAG);
}

static NTSTATUS BellWatch(_Inout_ PBELL Bell)
{
    OB_OPERATION_REGISTRATION operation = {PsThreadType, OB_OPERATION_HANDLE_CREATE, BellBefore,
                                           BellAfter};
    OB_CALLBACK_REGISTRATION registration = {OB_FLT_REGISTRATION_VERSION, 1,
                                             RTL_CONSTANT_STRING(L"321000"), Bell, &operation};
    return ObRegisterCallbacks(&registration, &Bell->Watcher);
}

static ULONG BellReadDepth(_In_ PDEVICE_OBJECT Pdo)
{
    HANDLE key;
    ULONG bytes;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Depth");
    UCHAR buffer[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG)];
    PKEY_VALUE_PARTIAL_INFORMATION value = (PKEY_VALUE_PARTIAL_INFORMATION)buffer;
    ULONG depth = 4;
    if (!NT_SUCCESS(IoOpenDeviceRegistryKey(Pdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key)))
        return depth;
    if (NT_SUCCESS(ZwQueryValueKey(key, &name, KeyValuePartialInformation, value, sizeof(buffer),
                                   &bytes)) &&
        value->Type == REG_DWORD)
        depth = *(PULONG)value->Data;
    ZwClose(key);
    return depth;
}

NTSTATUS BellAddDevice(_In_ PDRIVER_OBJECT DriverObject, _In_ PDEVICE_OBJECT Pdo)
{
    PDEVICE_OBJECT device;
    PBELL bell;
    NTSTATUS status;
    PAGED_CODE();
    status =
        IoCreateDevice(DriverObject, sizeof(BELL), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    bell = device->DeviceExtension;
    InitializeListHead(&bell->Rings);
    KeInitializeSpinLock(&bell->Lock);
    bell->Pdo = Pdo;
    bell->Below = IoAttachDeviceToDeviceStack(device, Pdo);
    IoInitializeDpcRequest(device, BellDpc);
    status = IoRegisterDeviceInterface(Pdo, &GUID_DOORBELL, NULL, &bell->Link);
    if (NT_SUCCESS(status))
        status = BellWatch(bell);
    if (!NT_SUCCESS(status)) {
        if (bell->Link.Buffer != NULL)
            RtlFreeUnicodeString(&bell->Link);
        IoDetachDevice(bell->Below);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static NTSTATUS BellStart(_In_ PDEVICE_OBJECT DeviceObject)
{
    PBELL bell = DeviceObject->DeviceExtension;
    NTSTATUS status;
    bell->Depth = BellReadDepth(bell->Pdo);
    status = IoConnectInterrupt(&bell->Interrupt, BellService, DeviceObject, NULL, DOORBELL_VECTOR,
                                RING_LEVEL, RING_LEVEL, LevelSensitive, TRUE, 1, FALSE);
    return NT_SUCCESS(status) ? IoSetDeviceInterfaceState(&bell->Link, TRUE) : status;
}

static VOID BellStop(_In_ PDEVICE_OBJECT DeviceObject)
{
    PBELL bell = DeviceObject->DeviceExtension;
    if (bell->Interrupt != NULL)
        IoDisconnectInterrupt(bell->Interrupt);
    bell->Interrupt = NULL;
    KeFlushQueuedDpcs();
}

static VOID BellRemove(_In_ PDEVICE_OBJECT DeviceObject)
{
    PBELL bell = DeviceObject->DeviceExtension;
    BellStop(DeviceObject);
    IoSetDeviceInterfaceState(&bell->Link, FALSE);
    RtlFreeUnicodeString(&bell->Link);
    ObUnRegisterCallbacks(bell->Watcher);
    BellTake(bell);
}

NTSTATUS BellPnp(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PBELL bell = DeviceObject->DeviceExtension;
    PDEVICE_OBJECT below = bell->Below;
    UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
    NTSTATUS status;
    if (minor == IRP_MN_START_DEVICE) {
        IoForwardIrpSynchronously(below, Irp);
        status = Irp->IoStatus.Status;
        if (NT_SUCCESS(status))
            status = BellStart(DeviceObject);
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return status;
    }
    if (minor == IRP_MN_STOP_DEVICE)
        BellStop(DeviceObject);
    if (minor == IRP_MN_REMOVE_DEVICE)
        BellRemove(DeviceObject);
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(below, Irp);
    if (minor == IRP_MN_REMOVE_DEVICE) {
        IoDetachDevice(below);
        IoDeleteDevice(DeviceObject);
    }
    return status;
}

NTSTATUS BellCreateClose(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

NTSTATUS BellControl(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp)
{
    PBELL bell = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    PULONG answer = Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS status = STATUS_SUCCESS;
    if (location->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
        status = STATUS_BUFFER_TOO_SMALL;
    else if (location->Parameters.DeviceIoControl.IoControlCode == IOCTL_DOORBELL_TAKE)
        *answer = BellTake(bell);
    else if (location->Parameters.DeviceIoControl.IoControlCode == IOCTL_DOORBELL_HANDLES)
        *answer = (ULONG)bell->Handles;
    else
        status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = NT_SUCCESS(status) ? sizeof(ULONG) : 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

VOID BellUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverExtension->AddDevice = BellAddDevice;
    DriverObject->DriverUnload = BellUnload;
    DriverObject->MajorFunction[IRP_MJ_PNP] = BellPnp;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = BellCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = BellCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = BellCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BellControl;
    return STATUS_SUCCESS;
}
