/* kit_driver.h - the driver that a test of the kit mistreats: a device that accepts everything;
 * what it does with a control code is the test's. */
#ifndef TESTS_KIT_DRIVER_H
#define TESTS_KIT_DRIVER_H

#include <wdm.h>

#include "expool/kit.h"

static NTSTATUS control(PDEVICE_OBJECT device, PIRP irp);

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS accept_all(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    return complete(irp, STATUS_SUCCESS, 0);
}

static VOID unload(PDRIVER_OBJECT driver)
{
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    PDEVICE_OBJECT device;
    UNICODE_STRING name;
    (void)path;
    RtlInitUnicodeString(&name, u"\\Device\\Kit");
    driver->MajorFunction[IRP_MJ_CREATE] = accept_all;
    driver->MajorFunction[IRP_MJ_CLEANUP] = accept_all;
    driver->MajorFunction[IRP_MJ_CLOSE] = accept_all;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
    driver->DriverUnload = unload;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

KIT_DRIVER(.name = "kit_test", .entry = entry, .device = "\\Device\\Kit")

#endif
