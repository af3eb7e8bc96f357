#include "tests/expect.h"

#include "kernel/io_device.h"
#include "kernel/object.h"
#include "tests/no_leaks.h"

#include <wdm.h>

static PDRIVER_OBJECT driver;
static unsigned started;

static PDEVICE_OBJECT make(ULONG extension, DEVICE_TYPE type)
{
    PDEVICE_OBJECT device;
    if (driver == NULL)
        driver = driver_create("test");
    EXPECT_EQUAL(IoCreateDevice(driver, extension, NULL, type, 0, FALSE, &device), 0);
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return device;
}

static void end(void)
{
    while (driver->DeviceObject != NULL)
        IoDeleteDevice(driver->DeviceObject);
    ObDereferenceObject(driver);
    expect_no_leaks();
}

TEST(a_device_begins_as_windows_makes_it)
{
    PDEVICE_OBJECT device = make(24, FILE_DEVICE_DISK);
    EXPECT_EQUAL(device->Type, IO_TYPE_DEVICE);
    EXPECT_EQUAL(device->Size, sizeof(DEVICE_OBJECT) + 24);
    EXPECT_EQUAL(device->StackSize, 1);
    EXPECT_EQUAL(device->SectorSize, 512);
    EXPECT(device->Vpb != NULL && device->Vpb->RealDevice == device);
    EXPECT(((unsigned char *)device->DeviceExtension)[23] == 0);
    EXPECT(make(0, FILE_DEVICE_UNKNOWN)->DeviceExtension == NULL);
    EXPECT(driver->DeviceObject->NextDevice == device);
    end();
}

TEST(names_are_judged)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    make(0, FILE_DEVICE_NULL);
    RtlInitUnicodeString(&name, u"NoBackslash");
    EXPECT_EQUAL(IoCreateDevice(driver, 0, &name, FILE_DEVICE_NULL, 0, FALSE, &device),
                 STATUS_OBJECT_PATH_SYNTAX_BAD);
    EXPECT(device == NULL);
    RtlInitUnicodeString(&name, u"\\Device\\X");
    RtlInitUnicodeString(&link, u"\\??\\X");
    EXPECT_EQUAL(IoCreateSymbolicLink(&link, &name), 0);
    EXPECT_EQUAL(IoCreateSymbolicLink(&link, &name), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQUAL(
        IoCreateDeviceSecure(driver, 0, &name, FILE_DEVICE_NULL, 0, FALSE, NULL, NULL, &device), 0);
    RtlInitUnicodeString(&link, u"\\DosDevices\\x");
    PVOID found = object_find(&link, NULL);
    EXPECT(found == device);
    ObDereferenceObject(found);
    EXPECT_EQUAL(IoDeleteSymbolicLink(&link), 0);
    EXPECT_EQUAL(IoDeleteSymbolicLink(&link), STATUS_OBJECT_NAME_NOT_FOUND);
    end();
}

TEST(devices_stack_and_come_apart)
{
    PDEVICE_OBJECT bottom = make(0, FILE_DEVICE_DISK);
    PDEVICE_OBJECT middle = make(0, FILE_DEVICE_DISK);
    PDEVICE_OBJECT top = make(0, FILE_DEVICE_DISK);
    EXPECT(IoAttachDeviceToDeviceStack(middle, bottom) == bottom);
    PDEVICE_OBJECT below;
    EXPECT_EQUAL(IoAttachDeviceToDeviceStackSafe(top, bottom, &below), 0);
    EXPECT(below == middle);
    EXPECT_EQUAL(top->StackSize, 3);
    EXPECT(IoGetAttachedDevice(bottom) == top);
    EXPECT(IoGetAttachedDeviceReference(bottom) == top);
    EXPECT(IoGetLowerDeviceObject(top) == middle);
    EXPECT(IoGetLowerDeviceObject(bottom) == NULL);
    EXPECT(IoGetDeviceAttachmentBaseRef(top) == bottom);
    ObDereferenceObject(top);
    ObDereferenceObject(middle);
    ObDereferenceObject(bottom);
    IoDetachDevice(middle);
    EXPECT(IoGetAttachedDevice(bottom) == middle);
    IoDetachDevice(bottom);
    bottom->Flags |= DO_DEVICE_INITIALIZING;
    EXPECT(IoAttachDeviceToDeviceStack(top, bottom) == NULL);
    end();
}

TEST(a_deleted_device_lives_until_its_last_reference)
{
    PDEVICE_OBJECT device = make(8, FILE_DEVICE_UNKNOWN);
    ObReferenceObject(device);
    IoDeleteDevice(device);
    EXPECT(driver->DeviceObject == NULL);
    EXPECT_EQUAL(device->DeviceType, FILE_DEVICE_UNKNOWN);
    ObDereferenceObject(device);
    end();
}

TEST(a_device_queue_holds_what_comes_while_busy)
{
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY entry[4] = {{.Inserted = FALSE}};
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    KeInitializeDeviceQueue(&queue);
    EXPECT(!KeInsertDeviceQueue(&queue, &entry[0]));
    EXPECT(KeInsertByKeyDeviceQueue(&queue, &entry[1], 30));
    EXPECT(KeInsertByKeyDeviceQueue(&queue, &entry[2], 10));
    EXPECT(KeInsertByKeyDeviceQueue(&queue, &entry[3], 20));
    EXPECT(KeRemoveByKeyDeviceQueue(&queue, 15) == &entry[3]);
    EXPECT(KeRemoveEntryDeviceQueue(&queue, &entry[1]));
    EXPECT(!KeRemoveEntryDeviceQueue(&queue, &entry[1]));
    EXPECT(KeRemoveDeviceQueue(&queue) == &entry[2]);
    EXPECT(KeRemoveDeviceQueue(&queue) == NULL);
    EXPECT(!KeInsertDeviceQueue(&queue, &entry[0]));
    KeLowerIrql(irql);
}

static VOID start_io(PDEVICE_OBJECT device, PIRP irp)
{
    EXPECT_EQUAL(KeGetCurrentIrql(), DISPATCH_LEVEL);
    EXPECT(device->CurrentIrp == irp);
    started++;
}

static VOID cancel(PDEVICE_OBJECT device, PIRP irp)
{
    KeRemoveEntryDeviceQueue(&device->DeviceQueue, &irp->Tail.Overlay.DeviceQueueEntry);
    IoReleaseCancelSpinLock(irp->CancelIrql);
}

TEST(start_io_gets_one_request_at_a_time)
{
    PDEVICE_OBJECT device = make(0, FILE_DEVICE_UNKNOWN);
    driver->DriverStartIo = start_io;
    PIRP irp[4];
    for (unsigned i = 0; i < 4; i++) {
        irp[i] = IoAllocateIrp(1, FALSE);
        IoSetNextIrpStackLocation(irp[i]);
        IoGetCurrentIrpStackLocation(irp[i])->DeviceObject = device;
    }
    ULONG low = 1, high = 2;
    IoStartPacket(device, irp[0], NULL, cancel);
    IoStartPacket(device, irp[1], &high, cancel);
    IoStartPacket(device, irp[2], &low, cancel);
    EXPECT_EQUAL(started, 1);
    EXPECT(IoCancelIrp(irp[1]));
    irp[3]->Cancel = TRUE;
    IoStartPacket(device, irp[3], NULL, cancel); /* cancelled before: never queued */
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    IoStartNextPacket(device, TRUE);
    EXPECT(device->CurrentIrp == irp[2]);
    IoStartNextPacketByKey(device, FALSE, 0);
    KeLowerIrql(irql);
    EXPECT(device->CurrentIrp == NULL);
    EXPECT_EQUAL(started, 2);
    for (unsigned i = 0; i < 4; i++)
        IoFreeIrp(irp[i]);
    end();
}

TEST(a_remove_lock_refuses_once_removal_waits)
{
    IO_REMOVE_LOCK lock;
    IoInitializeRemoveLock(&lock, 'kcoL', 0, 0);
    EXPECT_EQUAL(IoAcquireRemoveLock(&lock, NULL), 0);
    EXPECT_EQUAL(IoAcquireRemoveLock(&lock, &lock), 0);
    IoReleaseRemoveLock(&lock, &lock);
    IoReleaseRemoveLockAndWait(&lock, NULL);
    EXPECT_EQUAL(IoAcquireRemoveLock(&lock, NULL), STATUS_DELETE_PENDING);
}

static KEVENT ran;
static PDEVICE_OBJECT worked_on;

static VOID work(PDEVICE_OBJECT device, PVOID context)
{
    EXPECT_EQUAL(KeGetCurrentIrql(), PASSIVE_LEVEL);
    worked_on = device;
    IoFreeWorkItem(context);
    KeSetEvent(&ran, IO_NO_INCREMENT, FALSE);
}

static VOID work_ex(PVOID object, PVOID context, PIO_WORKITEM item)
{
    worked_on = object;
    IoUninitializeWorkItem(item);
    KeSetEvent(context, IO_NO_INCREMENT, FALSE);
}

TEST(a_work_item_runs_once_and_keeps_its_device)
{
    DECLSPEC_ALIGN(16) static unsigned char memory[128];
    PDEVICE_OBJECT device = make(0, FILE_DEVICE_UNKNOWN);
    KeInitializeEvent(&ran, SynchronizationEvent, FALSE);
    PIO_WORKITEM item = IoAllocateWorkItem(device);
    IoQueueWorkItem(item, work, DelayedWorkQueue, item);
    KeWaitForSingleObject(&ran, Executive, KernelMode, FALSE, NULL);
    EXPECT(worked_on == device);
    worked_on = NULL;
    EXPECT(IoSizeofWorkItem() <= sizeof(memory));
    IoInitializeWorkItem(device, (PIO_WORKITEM)(void *)memory);
    IoQueueWorkItemEx((PIO_WORKITEM)(void *)memory, work_ex, CriticalWorkQueue, &ran);
    KeWaitForSingleObject(&ran, Executive, KernelMode, FALSE, NULL);
    EXPECT(worked_on == device);
    while (object_references(device) >
           1) /* its worker gives the reference back after the routine */
        KeStallExecutionProcessor(10);
    end();
}

TESTS_MAIN("io_device")
