/* send_irp_without_location.c - sends a request down that was made for nobody.
 * With an argument it is the near miss. */
#include <wdm.h>

static NTSTATUS Dispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static DRIVER_OBJECT driver;
    static DEVICE_OBJECT device = {.DriverObject = &driver, .StackSize = 1};
    driver.MajorFunction[IRP_MJ_CREATE] = Dispatch;
    PIRP irp = IoAllocateIrp(near_miss ? device.StackSize : 0, FALSE);
    IoCallDriver(&device, irp);
    return 0;
}
