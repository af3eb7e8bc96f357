/* dispatch_returns_raised.c - returns from a dispatch routine at APC_LEVEL.
 * With an argument it is the near miss. */
#include <ntddk.h>

#include <expool/driver.h>

static BOOLEAN near_miss;

static NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    KIRQL old;
    UNREFERENCED_PARAMETER(device);
    KeRaiseIrql(APC_LEVEL, &old);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    if (near_miss)
        KeLowerIrql(old);
    return STATUS_SUCCESS;
}

static void unload(PDRIVER_OBJECT driver)
{
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(u"\\Device\\Bug");
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(path);
    driver->MajorFunction[IRP_MJ_CREATE] = dispatch;
    driver->MajorFunction[IRP_MJ_CLEANUP] = dispatch;
    driver->MajorFunction[IRP_MJ_CLOSE] = dispatch;
    driver->DriverUnload = unload;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

int main(int argc, char **argv)
{
    PDRIVER_OBJECT driver;
    PFILE_OBJECT file;
    (void)argv;
    near_miss = argc > 1;
    expool_driver_load(driver_entry, "bug", &driver);
    expool_device_open("\\Device\\Bug", &file);
    expool_device_close(file);
    expool_driver_unload(driver);
    return 0;
}
