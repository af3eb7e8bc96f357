#include "tests/expect.h"

#include <wdm.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

/* A stack of two devices: a filter that may look at completions, and a driver below it. */
static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT lower, upper;
static NTSTATUS completed_with;
static unsigned completions;
static PIRP kept;
static enum { COMPLETE, KEEP, SKIP } manner;

static NTSTATUS look(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    EXPECT(device == upper);
    EXPECT(context == &completions);
    completed_with = irp->IoStatus.Status;
    completions++;
    if (irp->PendingReturned)
        IoMarkIrpPending(irp);
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    EXPECT(location->DeviceObject == device);
    if (device == upper && manner == SKIP) {
        IoSkipCurrentIrpStackLocation(irp);
        return IoCallDriver(lower, irp);
    }
    if (device == upper) {
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, look, &completions, TRUE, TRUE, TRUE);
        return IoCallDriver(lower, irp);
    }
    if (manner == KEEP) {
        IoMarkIrpPending(irp);
        kept = irp;
        return STATUS_PENDING;
    }
    NTSTATUS status = location->MajorFunction == IRP_MJ_WRITE ? STATUS_DEVICE_NOT_READY : 0;
    if (location->MajorFunction == IRP_MJ_READ && irp->AssociatedIrp.SystemBuffer != NULL)
        memset(irp->AssociatedIrp.SystemBuffer, 0x11, location->Parameters.Read.Length);
    irp->IoStatus.Information = NT_SUCCESS(status) ? location->Parameters.Read.Length : 0;
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    EXPECT(path->Length > 0);
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        object->MajorFunction[i] = dispatch;
    EXPECT_EQUAL(IoCreateDevice(object, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &lower), 0);
    EXPECT_EQUAL(IoCreateDevice(object, 16, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &upper), 0);
    lower->Flags |= DO_BUFFERED_IO;
    lower->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    upper->Flags |= DO_BUFFERED_IO;
    EXPECT(IoAttachDeviceToDeviceStack(upper, lower) == lower);
    return STATUS_SUCCESS;
}

static VOID unload(PDRIVER_OBJECT object)
{
    (void)object;
    IoDetachDevice(lower);
    IoDeleteDevice(upper);
    IoDeleteDevice(lower);
}

static void start(void)
{
    EXPECT_EQUAL(expool_driver_load(entry, "stack", &driver), 0);
    driver->DriverUnload = unload;
}

static void stop(void)
{
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

static NTSTATUS send(ULONG major, void *buffer, ULONG bytes, IO_STATUS_BLOCK *status)
{
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(major, upper, buffer, bytes, NULL, &done, status);
    EXPECT(irp != NULL);
    NTSTATUS result = IoCallDriver(upper, irp);
    if (result == STATUS_PENDING) {
        IofCompleteRequest(kept, IO_NO_INCREMENT);
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    }
    EXPECT(KeReadStateEvent(&done) != 0);
    return result;
}

TEST(a_request_goes_down_and_its_completion_comes_up)
{
    unsigned char buffer[8] = {0};
    IO_STATUS_BLOCK status = {0};
    start();
    EXPECT_EQUAL(upper->StackSize, 2);
    EXPECT_EQUAL(send(IRP_MJ_READ, buffer, sizeof(buffer), &status), 0);
    EXPECT_EQUAL(completions, 1);
    EXPECT_EQUAL(status.Information, sizeof(buffer));
    EXPECT_EQUAL(buffer[7], 0x11);
    stop();
}

TEST(an_error_is_not_copied_and_reaches_the_routine)
{
    unsigned char buffer[8] = {0};
    IO_STATUS_BLOCK status = {0};
    start();
    EXPECT_EQUAL(send(IRP_MJ_WRITE, buffer, sizeof(buffer), &status), STATUS_DEVICE_NOT_READY);
    EXPECT_EQUAL(completed_with, STATUS_DEVICE_NOT_READY);
    EXPECT_EQUAL(status.Status, STATUS_DEVICE_NOT_READY);
    stop();
}

TEST(a_skipped_location_has_no_routine)
{
    IO_STATUS_BLOCK status = {0};
    start();
    manner = SKIP;
    EXPECT_EQUAL(send(IRP_MJ_FLUSH_BUFFERS, NULL, 0, &status), 0);
    EXPECT_EQUAL(completions, 0);
    stop();
}

TEST(a_pending_request_is_completed_later)
{
    IO_STATUS_BLOCK status = {0};
    start();
    manner = KEEP;
    EXPECT_EQUAL(send(IRP_MJ_FLUSH_BUFFERS, NULL, 0, &status), STATUS_PENDING);
    EXPECT_EQUAL(completions, 1);
    stop();
}

static NTSTATUS keep_going(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    EXPECT(device == NULL); /* the sender has no location of its own */
    (void)irp;
    *(unsigned *)context += 1;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(more_processing_gives_the_request_back_to_its_sender)
{
    unsigned calls = 0;
    start();
    PIRP irp = IoAllocateIrp(lower->StackSize, FALSE);
    EXPECT_EQUAL(irp->CurrentLocation, 2);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    EXPECT_EQUAL(IoSetCompletionRoutineEx(lower, irp, keep_going, &calls, TRUE, TRUE, TRUE), 0);
    EXPECT_EQUAL(IoCallDriver(lower, irp), 0);
    EXPECT_EQUAL(calls, 1);
    IoReuseIrp(irp, STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(irp->IoStatus.Status, STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(irp->CurrentLocation, 2);
    IoFreeIrp(irp);
    stop();
}

TEST(a_routine_is_called_only_for_what_it_asked)
{
    unsigned calls = 0;
    IO_STATUS_BLOCK status = {0};
    start();
    PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, lower, NULL, 0, NULL, &status);
    IoSetCompletionRoutine(irp, keep_going, &calls, FALSE, TRUE, TRUE);
    EXPECT_EQUAL(IoCallDriver(lower, irp), 0); /* succeeds, nobody asks, and it is freed */
    EXPECT_EQUAL(calls, 0);
    EXPECT_EQUAL(status.Status, 0);
    stop();
}

TEST(a_request_without_a_location_left_is_a_stop)
{
    start();
    PIRP irp = IoAllocateIrp(0, FALSE);
    EXPECT_BUGCHECK(0x35, 0)
    {
        IoCallDriver(lower, irp);
    }
    IoFreeIrp(irp);
    stop();
}

TEST(completing_twice_is_a_stop)
{
    unsigned calls = 0;
    start();
    PIRP irp = IoAllocateIrp(1, FALSE);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    IoSetCompletionRoutine(irp, keep_going, &calls, TRUE, TRUE, TRUE);
    IoCallDriver(lower, irp);
    EXPECT_BUGCHECK(0x44, 0)
    {
        IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
    IoFreeIrp(irp);
    stop();
}

TEST(associated_requests_complete_their_master)
{
    IO_STATUS_BLOCK status = {0};
    KEVENT done;
    start();
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    manner = KEEP;
    PIRP built =
        IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, lower, NULL, 0, NULL, &done, &status);
    EXPECT_EQUAL(IoCallDriver(lower, built), STATUS_PENDING);
    PIRP master = kept;
    manner = COMPLETE;
    master->AssociatedIrp.IrpCount = 2;
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(KeReadStateEvent(&done), 0);
        PIRP part = IoMakeAssociatedIrp(master, lower->StackSize);
        IoGetNextIrpStackLocation(part)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
        EXPECT_EQUAL(IoCallDriver(lower, part), 0);
    }
    EXPECT(KeReadStateEvent(&done) != 0);
    stop();
}

TEST(the_top_level_request_belongs_to_the_thread)
{
    PIRP irp = IoAllocateIrp(1, FALSE);
    EXPECT(IoGetTopLevelIrp() == NULL);
    IoSetTopLevelIrp(irp);
    EXPECT(IoGetTopLevelIrp() == irp);
    IoFreeIrp(irp);
}

TEST(an_error_log_entry_is_written_or_given_back)
{
    PIO_ERROR_LOG_PACKET packet = IoAllocateErrorLogEntry(NULL, sizeof(IO_ERROR_LOG_PACKET));
    packet->ErrorCode = (NTSTATUS)0xC0040001;
    IoWriteErrorLogEntry(packet);
    IoFreeErrorLogEntry(IoAllocateErrorLogEntry(NULL, 40));
    EXPECT(IoAllocateErrorLogEntry(NULL, 255) == NULL);
    expect_no_leaks();
}

TEST(a_request_can_be_made_in_the_callers_memory)
{
    const USHORT size = IoSizeOfIrp(2);
    PIRP own = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, 'tseT');
    PIRP pool = IoAllocateIrpEx(NULL, 2, FALSE);
    IoInitializeIrp(own, size, 2);
    EXPECT_EQUAL(own->StackCount, pool->StackCount);
    EXPECT_EQUAL(own->CurrentLocation, pool->CurrentLocation);
    EXPECT_EQUAL(own->Type, pool->Type);
    EXPECT_EQUAL(own->Size, size);
    EXPECT(IoSetCancelRoutine(own, NULL) == NULL);
    IoSetNextIrpStackLocation(own);
    EXPECT(!IoIsOperationSynchronous(own));
    own->Flags |= IRP_SYNCHRONOUS_API;
    EXPECT(IoIsOperationSynchronous(own));
    IoFreeIrp(pool);
    ExFreePool(own);
}

TESTS_MAIN("io_irp")
