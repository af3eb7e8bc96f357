/* The driver kit: what a driver does with a request it keeps, has completed, or passes down. */
#include "tests/expect.h"
#include "tests/kit_program.h"

#include <wdm.h>

#include "expool/kit.h"
#include "fuzz/kit/child.h"
#include "fuzz/kit/run.h"

#include <string.h>

#define IOCTL_OF(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)

enum mistake {
    WAIT,
    USE_COMPLETED,
    UNMARKED,
    MARKED,
    CLEANUP_KEEPS,
    CANCEL_USES,
    STAYS_ATTACHED,
    LATER,
    HAND_ON
};

struct filter {
    PDEVICE_OBJECT lower;
    KTIMER timer;
    KDPC dpc;
    PIRP waiting; /* one, under the cancel spin lock */
    BOOLEAN is_kept_at_cleanup;
    BOOLEAN is_used_at_cancel;
    BOOLEAN stays_attached;
    BOOLEAN hands_on;
    KEVENT handed;
    ULONG cleanups; /* that met a request */
    ULONG sum;
};

static NTSTATUS complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS accept(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    return complete(irp, STATUS_SUCCESS);
}

static struct filter *handing;

static VOID complete_elsewhere(PVOID irp)
{
    complete(irp, STATUS_CANCELLED);
    KeSetEvent(&handing->handed, IO_NO_INCREMENT, FALSE);
}

/* Another thread completes it while IoCancelIrp goes on. */
static void hand_on(struct filter *filter, PIRP irp)
{
    HANDLE thread;
    handing = filter;
    KeInitializeEvent(&filter->handed, NotificationEvent, FALSE);
    PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, complete_elsewhere, irp);
    ZwClose(thread);
    KeWaitForSingleObject(&filter->handed, Executive, KernelMode, FALSE, NULL);
}

static VOID cancel_waiting(PDEVICE_OBJECT device, PIRP irp)
{
    struct filter *filter = device->DeviceExtension;
    filter->waiting = NULL;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    if (filter->hands_on) {
        hand_on(filter, irp);
        return;
    }
    complete(irp, STATUS_CANCELLED);
    if (filter->is_used_at_cancel)
        filter->sum += irp->Flags; /* the mistake */
}

static NTSTATUS wait_for_end(struct filter *filter, PIRP irp)
{
    KIRQL level;
    IoAcquireCancelSpinLock(&level);
    bool is_busy = filter->waiting != NULL;
    if (!is_busy) {
        IoMarkIrpPending(irp);
        filter->waiting = irp;
        IoSetCancelRoutine(irp, cancel_waiting);
    }
    IoReleaseCancelSpinLock(level);
    return is_busy ? complete(irp, STATUS_DEVICE_BUSY) : STATUS_PENDING;
}

static NTSTATUS cleanup(PDEVICE_OBJECT device, PIRP irp)
{
    struct filter *filter = device->DeviceExtension;
    KIRQL level;
    IoAcquireCancelSpinLock(&level);
    PIRP waiting = filter->waiting;
    filter->cleanups += waiting != NULL;
    if (waiting != NULL && !filter->is_kept_at_cleanup)
        IoSetCancelRoutine(waiting, NULL);
    IoReleaseCancelSpinLock(level);
    if (waiting != NULL) {
        complete(waiting, STATUS_CANCELLED);
        if (!filter->is_kept_at_cleanup)
            filter->waiting = NULL;
    }
    return complete(irp, STATUS_SUCCESS);
}

static VOID complete_it(PKDPC dpc, PVOID irp, PVOID one, PVOID other)
{
    (void)dpc, (void)one, (void)other;
    complete(irp, STATUS_SUCCESS);
}

/* No cancel routine: it is over soon. */
static NTSTATUS complete_later(struct filter *filter, PIRP irp)
{
    LARGE_INTEGER due = {.QuadPart = -20000};
    IoMarkIrpPending(irp);
    KeInitializeTimer(&filter->timer);
    KeInitializeDpc(&filter->dpc, complete_it, irp);
    KeSetTimer(&filter->timer, due, &filter->dpc);
    return STATUS_PENDING;
}

static NTSTATUS control(PDEVICE_OBJECT device, PIRP irp)
{
    struct filter *filter = device->DeviceExtension;
    ULONG code = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode;
    switch ((enum mistake)((code >> 2 & 0xFFF) - 0x800)) {
    case WAIT: return wait_for_end(filter, irp);
    case LATER: return complete_later(filter, irp);
    case USE_COMPLETED:
        complete(irp, STATUS_SUCCESS);
        filter->sum += irp->Flags; /* the mistake */
        return STATUS_SUCCESS;
    case UNMARKED: complete(irp, STATUS_SUCCESS); return STATUS_PENDING;
    case MARKED: IoMarkIrpPending(irp); break;
    case CLEANUP_KEEPS: filter->is_kept_at_cleanup = TRUE; break;
    case CANCEL_USES: filter->is_used_at_cancel = TRUE; break;
    case STAYS_ATTACHED: filter->stays_attached = TRUE; break;
    case HAND_ON: filter->hands_on = TRUE; break;
    }
    return complete(irp, STATUS_SUCCESS);
}

static NTSTATUS plug_play(PDEVICE_OBJECT device, PIRP irp)
{
    struct filter *filter = device->DeviceExtension;
    bool is_removal = IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_REMOVE_DEVICE;
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(filter->lower, irp);
    if (is_removal && !filter->stays_attached)
        IoDetachDevice(filter->lower);
    if (is_removal)
        IoDeleteDevice(device);
    return status;
}

static NTSTATUS add(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo)
{
    PDEVICE_OBJECT device;
    NTSTATUS status =
        IoCreateDevice(driver, sizeof(struct filter), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    ((struct filter *)device->DeviceExtension)->lower = IoAttachDeviceToDeviceStack(device, pdo);
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->MajorFunction[IRP_MJ_CREATE] = accept;
    driver->MajorFunction[IRP_MJ_CLOSE] = accept;
    driver->MajorFunction[IRP_MJ_CLEANUP] = cleanup;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
    driver->MajorFunction[IRP_MJ_PNP] = plug_play;
    driver->DriverExtension->AddDevice = add;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}

KIT_DRIVER(.name = "kit_requests", .entry = entry)

#define IOCTL_WAIT           IOCTL_OF(WAIT)
#define IOCTL_USE_COMPLETED  IOCTL_OF(USE_COMPLETED)
#define IOCTL_UNMARKED       IOCTL_OF(UNMARKED)
#define IOCTL_MARKED         IOCTL_OF(MARKED)
#define IOCTL_CLEANUP_KEEPS  IOCTL_OF(CLEANUP_KEEPS)
#define IOCTL_CANCEL_USES    IOCTL_OF(CANCEL_USES)
#define IOCTL_STAYS_ATTACHED IOCTL_OF(STAYS_ATTACHED)
#define IOCTL_LATER          IOCTL_OF(LATER)
#define IOCTL_HAND_ON        IOCTL_OF(HAND_ON)
KIT_IOCTLS(IOCTL_WAIT, IOCTL_USE_COMPLETED, IOCTL_UNMARKED, IOCTL_MARKED, IOCTL_CLEANUP_KEEPS,
           IOCTL_CANCEL_USES, IOCTL_STAYS_ATTACHED, IOCTL_LATER, IOCTL_HAND_ON)

KIT_OP(expect_cleanups, KIT_U8(count))
{
    struct filter *filter = kit_driver_object()->DeviceObject->DeviceExtension;
    KIT_EXPECT(filter->cleanups == count);
}

static const char *found(const char *lines)
{
    static struct kit_outcome outcome;
    parse(lines);
    ck_assert(kit_child_run(&input, false, &outcome));
    return outcome.is_finding ? outcome.token : "";
}

TEST(a_request_is_gone_once_it_is_completed)
{
    kit_start();
    ck_assert(strstr(found("ioctl code=IOCTL_USE_COMPLETED\n"), "d5:Irp :control") != NULL);
    ck_assert(strstr(found("ioctl code=IOCTL_CANCEL_USES\nioctl code=IOCTL_WAIT\ncancel\n"),
                     "d5:Irp :cancel_waiting") != NULL);
}

TEST(pending_is_both_returned_and_marked)
{
    kit_start();
    ck_assert_str_eq(found("ioctl code=IOCTL_WAIT\nioctl code=IOCTL_WAIT\n"), "");
    ck_assert_str_eq(found("ioctl code=IOCTL_UNMARKED\n"),
                     "kit:kit_requests:pending-mismarked:ioctl");
    ck_assert_str_eq(found("ioctl code=IOCTL_MARKED\n"),
                     "kit:kit_requests:pending-mismarked:ioctl");
}

TEST(a_close_meets_what_is_pending_and_a_cancel_ends_it_before)
{
    kit_start();
    ck_assert_str_eq(found("fail: none\nioctl code=IOCTL_WAIT\nclose\nexpect_cleanups count=1\n"),
                     "");
    ck_assert_str_eq(
        found("fail: none\nioctl code=IOCTL_WAIT\ncancel\nclose\nexpect_cleanups count=0\n"), "");
    const char *token =
        found("ioctl code=IOCTL_CLEANUP_KEEPS\nioctl code=IOCTL_WAIT\nclose\nopen\nclose\n");
    ck_assert_msg(strstr(token, "d5:Irp :") != NULL, "%s", token);
}

TEST(a_request_may_be_completed_by_another_thread_while_it_is_cancelled)
{
    kit_start();
    ck_assert_str_eq(found("fail: none\nioctl code=IOCTL_HAND_ON\nioctl code=IOCTL_WAIT\ncancel\n"),
                     "");
}

TEST(what_a_timer_completes_needs_no_cancel_routine)
{
    kit_start();
    ck_assert_str_eq(found("ioctl code=IOCTL_LATER\n"), "");
}

TEST(a_device_that_stays_attached_is_found_at_its_removal)
{
    kit_start();
    ck_assert_str_eq(found("ioctl code=IOCTL_STAYS_ATTACHED\n"),
                     "kit:kit_requests:device-left-attached:unload");
}

TESTS_MAIN("kit_requests")
