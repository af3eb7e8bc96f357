#include "tests/expect.h"

#include <ntddk.h>

#include "tests/no_leaks.h"

static PVOID const nowhere = (PVOID)0x1230000;
static KEVENT done;
static IO_STATUS_BLOCK status;

static PDEVICE_OBJECT device_with(ULONG flags)
{
    static DEVICE_OBJECT device;
    device = (DEVICE_OBJECT){.Type = IO_TYPE_DEVICE, .Size = sizeof device, .StackSize = 1};
    device.Flags = flags;
    return &device;
}

static PIRP control(ULONG method, PVOID input, PVOID output)
{
    ULONG code = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS);
    return IoBuildDeviceIoControlRequest(code, device_with(0), input, 64, output, 64, FALSE, &done,
                                         &status);
}

TEST(a_buffer_that_is_nowhere_makes_no_request_and_leaves_nothing)
{
    char buffer[64] = "";
    LARGE_INTEGER start = {.QuadPart = 0};
    EXPECT(IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, device_with(DO_DIRECT_IO), nowhere, 64,
                                        &start, &done, &status) == NULL);
    EXPECT(IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, device_with(DO_BUFFERED_IO), nowhere, 64,
                                         &start, &status) == NULL);
    EXPECT(control(METHOD_BUFFERED, nowhere, buffer) == NULL);
    EXPECT(control(METHOD_OUT_DIRECT, buffer, nowhere) == NULL);
    expect_no_leaks();
}

static void discard(PIRP irp)
{
    if (irp->MdlAddress != NULL) {
        MmUnlockPages(irp->MdlAddress);
        IoFreeMdl(irp->MdlAddress);
    }
    if (irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePool(irp->AssociatedIrp.SystemBuffer);
    IoFreeIrp(irp);
}

TEST(each_method_gives_the_buffers_it_is_for)
{
    char input[64] = "in";
    char output[64] = "out";
    PIRP irp = control(METHOD_BUFFERED, input, output);
    EXPECT(strcmp(irp->AssociatedIrp.SystemBuffer, "in") == 0 && irp->MdlAddress == NULL);
    EXPECT(irp->UserBuffer == output && irp->UserEvent == &done && irp->UserIosb == &status);
    discard(irp);
    irp = control(METHOD_OUT_DIRECT, input, output);
    EXPECT(strcmp(irp->AssociatedIrp.SystemBuffer, "in") == 0);
    EXPECT(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority) == output);
    discard(irp);
    irp = control(METHOD_NEITHER, input, output);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    EXPECT(next->Parameters.DeviceIoControl.Type3InputBuffer == input);
    EXPECT(irp->UserBuffer == output && irp->AssociatedIrp.SystemBuffer == NULL);
    discard(irp);
    expect_no_leaks();
}

TESTS_MAIN("io_build")
