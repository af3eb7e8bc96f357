#include "tests/expect.h"

#include <wdm.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

static PDRIVER_OBJECT driver;

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static void end_driver(void)
{
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

static PDEVICE_OBJECT function_device, below;
static unsigned started, removed;

static NTSTATUS pnp(PDEVICE_OBJECT object, PIRP irp)
{
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    if (minor == IRP_MN_START_DEVICE) {
        EXPECT(IoForwardIrpSynchronously(below, irp));
        started++;
        return finish(irp, irp->IoStatus.Status, 0);
    }
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(below, irp);
    if (minor == IRP_MN_REMOVE_DEVICE) {
        removed++;
        IoDetachDevice(below);
        IoDeleteDevice(object);
    }
    return status;
}

static NTSTATUS add_device(PDRIVER_OBJECT object, PDEVICE_OBJECT pdo)
{
    NTSTATUS status =
        IoCreateDevice(object, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &function_device);
    if (!NT_SUCCESS(status))
        return status;
    below = IoAttachDeviceToDeviceStack(function_device, pdo);
    function_device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID nothing(PDRIVER_OBJECT object)
{
    (void)object;
}

static NTSTATUS shutdown(PDEVICE_OBJECT object, PIRP irp)
{
    EXPECT(object == function_device);
    started++;
    return finish(irp, 0, 0);
}

static NTSTATUS pnp_entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    object->DriverExtension->AddDevice = add_device;
    object->MajorFunction[IRP_MJ_PNP] = pnp;
    object->MajorFunction[IRP_MJ_SHUTDOWN] = shutdown;
    object->DriverUnload = nothing;
    return STATUS_SUCCESS;
}

TEST(plug_and_play_adds_starts_and_removes)
{
    PDEVICE_OBJECT pdo;
    EXPECT_EQUAL(expool_driver_load(pnp_entry, "pnp", &driver), 0);
    EXPECT_EQUAL(expool_pnp_add(driver, &pdo), 0);
    EXPECT(below == pdo);
    EXPECT_EQUAL(expool_pnp_send(pdo, IRP_MN_START_DEVICE), 0);
    EXPECT_EQUAL(started, 1);
    EXPECT_EQUAL(IoRegisterShutdownNotification(function_device), 0);
    expool_shutdown();
    EXPECT_EQUAL(started, 2);
    IoUnregisterShutdownNotification(function_device);
    expool_shutdown();
    EXPECT_EQUAL(started, 2);
    EXPECT_EQUAL(expool_pnp_remove(pdo), 0);
    EXPECT_EQUAL(removed, 1);
    end_driver();
}

static unsigned powered;

static NTSTATUS power(PDEVICE_OBJECT object, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    EXPECT(object == function_device && location->MinorFunction == IRP_MN_SET_POWER);
    EXPECT_EQUAL(location->Parameters.Power.State.DeviceState, PowerDeviceD3);
    powered++;
    PoStartNextPowerIrp(irp);
    IoSkipCurrentIrpStackLocation(irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return PoCallDriver(below, irp);
}

static VOID power_done(PDEVICE_OBJECT object, UCHAR minor, POWER_STATE state, PVOID context,
                       PIO_STATUS_BLOCK status)
{
    EXPECT(object == function_device && minor == IRP_MN_SET_POWER && context == &powered);
    EXPECT_EQUAL(state.DeviceState, PowerDeviceD3);
    EXPECT_EQUAL(status->Status, STATUS_SUCCESS);
    powered++;
}

TEST(a_power_request_goes_through_the_stack)
{
    PDEVICE_OBJECT pdo;
    EXPECT_EQUAL(expool_driver_load(pnp_entry, "pnp", &driver), 0);
    driver->MajorFunction[IRP_MJ_POWER] = power;
    EXPECT_EQUAL(expool_pnp_add(driver, &pdo), 0);
    POWER_STATE state = {.DeviceState = PowerDeviceD3};
    EXPECT_EQUAL(PoRequestPowerIrp(pdo, IRP_MN_SET_POWER, state, NULL, NULL, NULL), STATUS_PENDING);
    EXPECT_EQUAL(
        PoRequestPowerIrp(function_device, IRP_MN_SET_POWER, state, power_done, &powered, NULL),
        STATUS_PENDING);
    EXPECT_EQUAL(powered, 3);
    EXPECT_EQUAL(PoSetPowerState(pdo, DevicePowerState, state).DeviceState, PowerDeviceD0);
    EXPECT_EQUAL(expool_pnp_remove(pdo), 0);
    end_driver();
}

static unsigned again;

static VOID reinitialize(PDRIVER_OBJECT object, PVOID context, ULONG count)
{
    EXPECT(object != NULL && context == &again);
    again += count;
}

static NTSTATUS again_entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    object->DriverUnload = nothing;
    IoRegisterDriverReinitialization(object, reinitialize, &again);
    return STATUS_SUCCESS;
}

TEST(reinitialization_comes_after_the_entry)
{
    EXPECT_EQUAL(expool_driver_load(again_entry, "again", &driver), 0);
    EXPECT_EQUAL(again, 1);
    end_driver();
}

TEST(an_interface_opens_its_device)
{
    static const GUID class_guid = {
        0x5d006e1a, 0x2631, 0x466c, {0xb8, 0xa0, 0x32, 0xfd, 0x49, 0x8e, 0x44, 0x24}};
    PDEVICE_OBJECT pdo;
    UNICODE_STRING link, reference;
    ANSI_STRING narrow;
    PFILE_OBJECT file;
    EXPECT_EQUAL(expool_driver_load(pnp_entry, "pnp", &driver), 0);
    EXPECT_EQUAL(expool_pnp_add(driver, &pdo), 0);
    RtlInitUnicodeString(&reference, u"ref");
    EXPECT_EQUAL(IoRegisterDeviceInterface(function_device, &class_guid, NULL, &link),
                 STATUS_INVALID_DEVICE_REQUEST); /* without a name */
    EXPECT_EQUAL(IoRegisterDeviceInterface(pdo, &class_guid, &reference, &link), 0);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link, FALSE), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link, TRUE), 0);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link, TRUE), STATUS_OBJECT_NAME_EXISTS);
    EXPECT_EQUAL(RtlUnicodeStringToAnsiString(&narrow, &link, TRUE), 0);
    EXPECT_TEXT(narrow.Buffer, "#{5d006e1a-2631-466c-b8a0-32fd498e4424}\\ref");
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] =
        driver->MajorFunction[IRP_MJ_CLEANUP] = shutdown;
    EXPECT_EQUAL(expool_device_open(narrow.Buffer, &file), 0);
    EXPECT(IoGetRelatedDeviceObject(file) == function_device);
    expool_device_close(file);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link, FALSE), 0);
    RtlFreeAnsiString(&narrow);
    RtlFreeUnicodeString(&link);
    PIRP irp = IoAllocateIrp(1, FALSE);
    EXPECT(IoGetRequestorProcess(irp) == PsGetCurrentProcess());
    EXPECT_EQUAL(IoGetRequestorProcessId(irp), (uintptr_t)PsGetCurrentProcessId());
    IoFreeIrp(irp);
    EXPECT_EQUAL(expool_pnp_remove(pdo), 0);
    end_driver();
}

TESTS_MAIN("driver_pnp")
