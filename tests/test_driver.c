#include "tests/expect.h"

#include <wdm.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

#define CODE(n, method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), method, FILE_ANY_ACCESS)

/* A driver with one device that echoes, counts what comes and can keep a read until it is
 * cancelled. */
struct extension {
    unsigned count[IRP_MJ_MAXIMUM_FUNCTION + 1];
    KSPIN_LOCK lock;
    LIST_ENTRY waiting;
    IO_CSQ queue;
};

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT device;
static KPROCESSOR_MODE seen_mode, seen_previous;

static struct extension *own(void)
{
    return device->DeviceExtension;
}

static VOID insert(PIO_CSQ queue, PIRP irp)
{
    (void)queue;
    InsertTailList(&own()->waiting, &irp->Tail.Overlay.ListEntry);
}

static VOID take_out(PIO_CSQ queue, PIRP irp)
{
    (void)queue;
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}

static PIRP peek(PIO_CSQ queue, PIRP irp, PVOID context)
{
    (void)queue;
    PLIST_ENTRY at = irp == NULL ? own()->waiting.Flink : irp->Tail.Overlay.ListEntry.Flink;
    for (; at != &own()->waiting; at = at->Flink) {
        PIRP next = CONTAINING_RECORD(at, IRP, Tail.Overlay.ListEntry);
        if (context == NULL || IoGetCurrentIrpStackLocation(next)->FileObject == context)
            return next;
    }
    return NULL;
}

static VOID lock_queue(PIO_CSQ queue, PKIRQL irql)
{
    (void)queue;
    KeAcquireSpinLock(&own()->lock, irql);
}

static VOID unlock_queue(PIO_CSQ queue, KIRQL irql)
{
    (void)queue;
    KeReleaseSpinLock(&own()->lock, irql);
}

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID canceled(PIO_CSQ queue, PIRP irp)
{
    (void)queue;
    finish(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS control(PIRP irp, PIO_STACK_LOCATION location)
{
    ULONG out = location->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG code = location->Parameters.DeviceIoControl.IoControlCode;
    unsigned char *to = irp->AssociatedIrp.SystemBuffer;
    if (METHOD_FROM_CTL_CODE(code) == METHOD_OUT_DIRECT)
        to = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
    if (METHOD_FROM_CTL_CODE(code) == METHOD_NEITHER)
        to = irp->UserBuffer;
    if (METHOD_FROM_CTL_CODE(code) == METHOD_IN_DIRECT)
        return finish(irp, 0, irp->MdlAddress->ByteCount);
    for (ULONG i = 0; i < out; i++)
        to[i] = (unsigned char)(i + 1);
    return finish(irp, 0, out);
}

static NTSTATUS dispatch(PDEVICE_OBJECT object, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    EXPECT(object == device);
    own()->count[location->MajorFunction]++;
    seen_mode = irp->RequestorMode;
    seen_previous = ExGetPreviousMode();
    switch (location->MajorFunction) {
    case IRP_MJ_DEVICE_CONTROL: return control(irp, location);
    case IRP_MJ_READ: IoCsqInsertIrp(&own()->queue, irp, NULL); return STATUS_PENDING;
    case IRP_MJ_WRITE: {
        PIRP read = IoCsqRemoveNextIrp(&own()->queue, NULL);
        if (read == NULL)
            return finish(irp, STATUS_NO_SUCH_DEVICE, 0);
        memcpy(read->AssociatedIrp.SystemBuffer, irp->AssociatedIrp.SystemBuffer, 4);
        finish(read, 0, 4);
        return finish(irp, 0, 4);
    }
    case IRP_MJ_CLEANUP: {
        PIRP read;
        while ((read = IoCsqRemoveNextIrp(&own()->queue, location->FileObject)) != NULL)
            finish(read, STATUS_CANCELLED, 0);
        break;
    }
    default: break;
    }
    return finish(irp, 0, 0);
}

static VOID unload(PDRIVER_OBJECT object)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, u"\\DosDevices\\Echo");
    EXPECT_EQUAL(IoDeleteSymbolicLink(&link), 0);
    IoDeleteDevice(object->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    UNICODE_STRING name, link;
    RtlInitUnicodeString(&name, u"\\Device\\Echo");
    RtlInitUnicodeString(&link, u"\\DosDevices\\Echo");
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        object->MajorFunction[i] = dispatch;
    object->DriverUnload = unload;
    NTSTATUS status = IoCreateDevice(object, sizeof(struct extension), &name, FILE_DEVICE_UNKNOWN,
                                     FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    device->Flags |= DO_BUFFERED_IO;
    KeInitializeSpinLock(&own()->lock);
    InitializeListHead(&own()->waiting);
    IoCsqInitialize(&own()->queue, insert, take_out, peek, lock_queue, unlock_queue, canceled);
    return IoCreateSymbolicLink(&link, &name);
}

static NTSTATUS refuse(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    PVOID memory;
    EXPECT_EQUAL(IoAllocateDriverObjectExtension(object, &driver, 32, &memory), 0);
    EXPECT_EQUAL(IoAllocateDriverObjectExtension(object, &driver, 32, &memory),
                 STATUS_OBJECT_NAME_COLLISION);
    EXPECT(IoGetDriverObjectExtension(object, &driver) != NULL);
    EXPECT(IoGetDriverObjectExtension(object, object) == NULL);
    return STATUS_UNSUCCESSFUL;
}

static PFILE_OBJECT open(void)
{
    PFILE_OBJECT file;
    EXPECT_EQUAL(expool_driver_load(entry, "echo", &driver), 0);
    EXPECT_EQUAL(expool_device_open("\\\\.\\Echo", &file), 0);
    return file;
}

static void end_driver(void)
{
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

static void end(PFILE_OBJECT file)
{
    EXPECT_EQUAL(expool_device_close(file), 0);
    end_driver();
}

TEST(loading_opening_closing_and_unloading)
{
    PFILE_OBJECT file = open(), other;
    EXPECT_EQUAL(expool_driver_unload(driver), STATUS_DEVICE_BUSY);
    EXPECT_EQUAL(own()->count[IRP_MJ_CREATE], 1);
    EXPECT_EQUAL(expool_device_open("\\Device\\Echo\\a\\file", &other), 0);
    EXPECT_EQUAL(other->FileName.Length, 2 * strlen("\\a\\file"));
    expool_device_close(other);
    EXPECT_EQUAL(own()->count[IRP_MJ_CLEANUP], 1);
    EXPECT_EQUAL(own()->count[IRP_MJ_CLOSE], 1);
    EXPECT_EQUAL(expool_device_open("\\Device\\Other", &other), STATUS_OBJECT_NAME_NOT_FOUND);
    end(file);
    EXPECT_EQUAL(expool_device_open("\\Device\\Echo", &other), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(a_driver_that_refuses_is_gone_again)
{
    EXPECT_EQUAL(expool_driver_load(refuse, "refuse", &driver), STATUS_UNSUCCESSFUL);
    EXPECT(driver == NULL);
    expect_no_leaks();
}

TEST(a_name_is_taken_once)
{
    PFILE_OBJECT file = open();
    PDRIVER_OBJECT second;
    EXPECT_EQUAL(expool_driver_load(entry, "echo", &second), STATUS_OBJECT_NAME_COLLISION);
    PDEVICE_OBJECT before = device;
    EXPECT_EQUAL(expool_driver_load(entry, "echo2", &second), STATUS_OBJECT_NAME_COLLISION);
    device = before;
    end(file);
}

static void expect_counting(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        EXPECT_EQUAL(bytes[i], i + 1);
}

TEST(each_way_of_handing_over_buffers_arrives)
{
    PFILE_OBJECT file = open();
    static const ULONG methods[] = {METHOD_BUFFERED, METHOD_OUT_DIRECT, METHOD_NEITHER};
    for (unsigned i = 0; i < 3; i++) {
        unsigned char in[4] = {9, 9, 9, 9}, out[10] = {0};
        size_t bytes = 0;
        EXPECT_EQUAL(expool_device_ioctl(file, CODE(i, methods[i]), in, 4, out, 10, &bytes), 0);
        EXPECT_EQUAL(bytes, 10);
        expect_counting(out, 10);
    }
    unsigned char in[4] = {0}, out[6] = {0};
    size_t bytes = 0;
    EXPECT_EQUAL(expool_device_ioctl(file, CODE(9, METHOD_IN_DIRECT), in, 4, out, 6, &bytes), 0);
    EXPECT_EQUAL(bytes, 6);
    EXPECT_EQUAL(seen_mode, UserMode);
    EXPECT_EQUAL(seen_previous, UserMode);
    EXPECT_EQUAL(ExGetPreviousMode(), KernelMode);
    end(file);
}

TEST(a_read_waits_for_its_write)
{
    PFILE_OBJECT file = open();
    unsigned char in[4] = {0};
    struct expool_request *read = expool_device_read_start(file, in, 4, 0);
    EXPECT(!expool_request_is_done(read));
    size_t bytes = 0;
    EXPECT_EQUAL(expool_device_write(file, "abc", 4, 0, &bytes), 0);
    EXPECT_EQUAL(bytes, 4);
    EXPECT_EQUAL(expool_request_wait(read, &bytes), 0);
    EXPECT_EQUAL(memcmp(in, "abc", 4), 0);
    EXPECT_EQUAL(expool_device_write(file, "abc", 4, 0, NULL), STATUS_NO_SUCH_DEVICE);
    end(file);
}

TEST(a_read_can_be_cancelled)
{
    PFILE_OBJECT file = open();
    unsigned char in[4];
    struct expool_request *read = expool_device_read_start(file, in, 4, 0);
    EXPECT(expool_request_cancel(read));
    EXPECT(expool_request_is_done(read));
    EXPECT(!expool_request_cancel(read));
    EXPECT_EQUAL(expool_request_wait(read, NULL), STATUS_CANCELLED);
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    end(file);
}

TEST(cleanup_ends_what_waits)
{
    PFILE_OBJECT file = open(), other;
    unsigned char in[4];
    EXPECT_EQUAL(expool_device_open("\\\\.\\Echo", &other), 0);
    struct expool_request *read = expool_device_read_start(other, in, 4, 0);
    expool_device_close(other);
    EXPECT_EQUAL(expool_request_wait(read, NULL), STATUS_CANCELLED);
    end(file);
}

TEST(a_device_pointer_sends_cleanup_and_close_too)
{
    PFILE_OBJECT file = open(), pointer;
    PDEVICE_OBJECT found;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, u"\\Device\\Echo");
    EXPECT_EQUAL(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &pointer, &found), 0);
    EXPECT(found == device);
    EXPECT_EQUAL(own()->count[IRP_MJ_CLEANUP], 1);
    EXPECT_EQUAL(own()->count[IRP_MJ_CLOSE], 0);
    ObDereferenceObject(pointer);
    EXPECT_EQUAL(own()->count[IRP_MJ_CLOSE], 1);
    end(file);
}

TESTS_MAIN("driver")
