/* driver.c - the host's side: loads drivers, opens devices, sends requests and waits for them. */
#include "expool/driver.h"

#include "kernel/active.h"
#include "kernel/driver_name.h"
#include "kernel/io_device.h"
#include "kernel/io_request.h"
#include "kernel/object.h"
#include "kernel/previous_mode.h"
#include "kernel/registry.h"
#include "kernel/thread.h"
#include "pool/drivers.h"
#include "pool/fork.h"
#include "pool/hook.h"

#include <stdlib.h>
#include <string.h>

#define SERVICES "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

static NTSTATUS enter(PDRIVER_OBJECT driver, PDRIVER_INITIALIZE entry, const char *name)
{
    struct wide_name path;
    if (!wide_name_make(&path, SERVICES, name))
        return STATUS_INSUFFICIENT_RESOURCES;
    driver->DriverInit = entry;
    registry_make_key(&path.text);
    uint16_t number = drivers_load(name, (uintptr_t)entry);
    driver_inner(driver)->number = number;
    uint16_t before = driver_enter(number);
    NTSTATUS status = entry(driver, &path.text);
    driver_current = before;
    wide_name_free(&path);
    return status;
}

/* DriverEntry is over: its devices may be opened. */
static void finish_devices(PDRIVER_OBJECT driver)
{
    lock_take(&device_lock);
    for (PDEVICE_OBJECT at = driver->DeviceObject; at != NULL; at = at->NextDevice)
        at->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    lock_drop(&device_lock);
    driver->Flags |= DRVO_INITIALIZED;
    ULONG count = 0;
    struct driver_reinitialization *at = driver_inner(driver)->reinitializations;
    for (; at != NULL; at = at->next)
        at->routine(driver, at->context, driver_inner(driver)->extension.Count = ++count);
}

NTSTATUS expool_driver_load(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver)
{
    *driver = NULL;
    PDRIVER_OBJECT made = driver_create(name);
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = object_give_name(made, &made->DriverName);
    if (NT_SUCCESS(status))
        status = enter(made, entry, name);
    if (!NT_SUCCESS(status)) {
        drivers_set_state(driver_inner(made)->number, DRIVER_UNLOADED);
        object_release(made);
        return status;
    }
    finish_devices(made);
    *driver = made;
    return status;
}

enum { SETTLE_STEPS = 2000, SETTLE_STEP_100NS = 1000 };

/* A worker gives its reference on a device back after the routine that let the driver go: a moment.
 * Devices the driver forgot are not waited for. */
static void settle(PDRIVER_OBJECT driver)
{
    LARGE_INTEGER step = {.QuadPart = -SETTLE_STEP_100NS};
    for (unsigned i = 0; i < SETTLE_STEPS && object_references(driver) > 1; i++) {
        if (driver->DeviceObject != NULL)
            return;
        KeDelayExecutionThread(KernelMode, FALSE, &step);
    }
}

/* What lies in the program stays where it is. */
static void judge_left_behind(PDRIVER_OBJECT driver, const void *frame)
{
    uintptr_t start;
    uintptr_t end;
    struct driver_row row = {.name = NULL};
    const struct pool_hook *hook = hook_current();
    (void)drivers_get(driver_inner(driver)->number, &row);
    if (hook != NULL && hook->image_of != NULL &&
        hook->image_of((uintptr_t)driver->DriverInit, &start, &end))
        active_unloaded(start, end, row.name, frame);
}

NTSTATUS expool_driver_unload(PDRIVER_OBJECT driver)
{
    if (driver->DriverUnload == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (driver_has_files(driver))
        return STATUS_DEVICE_BUSY;
    driver->Flags |= DRVO_UNLOAD_INVOKED;
    uint16_t number = driver_inner(driver)->number;
    drivers_set_state(number, DRIVER_UNLOADING);
    uint16_t before = driver_enter(number);
    driver->DriverUnload(driver);
    driver_current = before;
    settle(driver);
    judge_left_behind(driver, __builtin_frame_address(0));
    drivers_set_state(number, DRIVER_UNLOADED);
    object_forget_name(driver);
    object_release(driver);
    return STATUS_SUCCESS;
}

NTSTATUS expool_device_open(const char *name, PFILE_OBJECT *file)
{
    struct wide_name wide;
    *file = NULL;
    bool is_win32 = strncmp(name, "\\\\.\\", 4) == 0;
    if (!wide_name_make(&wide, is_win32 ? "\\??\\" : "", is_win32 ? name + 4 : name))
        return STATUS_INSUFFICIENT_RESOURCES;
    const struct file_request request = {
        .name = &wide.text,
        .access = FILE_GENERIC_READ | FILE_GENERIC_WRITE, /* NOLINT(misc-redundant-expression) */
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
        .options = (ULONG)FILE_OPEN << 24,
        .attributes = FILE_ATTRIBUTE_NORMAL,
        .mode = UserMode};
    KPROCESSOR_MODE before = previous_mode_set(UserMode);
    NTSTATUS status = file_open(&request, file, NULL);
    previous_mode_set(before);
    wide_name_free(&wide);
    return status;
}

NTSTATUS expool_device_close(PFILE_OBJECT file)
{
    file_cleanup(file);
    object_release(file);
    return STATUS_SUCCESS;
}

/* Stands in the canceller's frame: he who waits may free the expool_request before he returns. */
struct cancelling {
    const struct thread *by;
    bool is_over; /* the request was completed meanwhile */
    bool is_left; /* by another thread: its IRP is the canceller's to free */
};

struct expool_request {
    KEVENT done;
    IO_STATUS_BLOCK status;
    PDEVICE_OBJECT top;
    PFILE_OBJECT file;
    PIRP irp;                     /* NULL: completed. Under request_lock, as the next */
    struct cancelling *canceller; /* NULL: nobody is inside IoCancelIrp */
    bool is_marked;               /* completed as pending */
    NTSTATUS returned;
};

static struct lock request_lock = LOCK_INITIALIZER;
LOCK_NEW_AFTER_FORK(request_lock)

bool request_let_go(PIRP irp)
{
    struct expool_request *request =
        CONTAINING_RECORD(irp->UserIosb, struct expool_request, status);
    lock_take(&request_lock);
    struct cancelling *canceller = request->canceller;
    bool is_left = canceller != NULL && canceller->by != thread_current();
    request->is_marked = irp->PendingReturned;
    request->irp = NULL;
    if (canceller != NULL)
        *canceller = (struct cancelling){canceller->by, true, is_left};
    lock_drop(&request_lock);
    return !is_left;
}

/* NULL: no memory. The request is not sent yet. */
static struct expool_request *request_make(PFILE_OBJECT file, UCHAR major)
{
    struct expool_request *request = calloc(1, sizeof(*request));
    if (request == NULL)
        return NULL;
    request->top = IoGetAttachedDeviceReference(file->DeviceObject);
    request->file = file;
    request->irp = IoAllocateIrp(request->top->StackSize, FALSE);
    if (request->irp == NULL) {
        object_release(request->top);
        free(request);
        return NULL;
    }
    object_reference(file);
    KeInitializeEvent(&request->done, NotificationEvent, FALSE);
    PIRP irp = request->irp;
    irp->RequestorMode = UserMode;
    irp->AllocationFlags = REQUEST_OF_HOST;
    irp->UserEvent = &request->done;
    irp->UserIosb = &request->status;
    irp->Tail.Overlay.Thread = (PETHREAD)thread_current();
    irp->Tail.Overlay.OriginalFileObject = file;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = major;
    next->FileObject = file;
    return request;
}

static void request_free(struct expool_request *request)
{
    object_release(request->top);
    object_release(request->file);
    free(request);
}

static struct expool_request *request_send(struct expool_request *request, bool has_buffers)
{
    if (!has_buffers) {
        request_discard(request->irp);
        request_free(request);
        return NULL;
    }
    KPROCESSOR_MODE before = previous_mode_set(UserMode);
    request->returned = IofCallDriver(request->top, request->irp);
    previous_mode_set(before);
    return request;
}

struct expool_request *expool_device_control_start(PFILE_OBJECT file,
                                                   const struct expool_ioctl *ioctl)
{
    struct expool_request *request = request_make(file, IRP_MJ_DEVICE_CONTROL);
    if (request == NULL)
        return NULL;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(request->irp);
    next->Parameters.DeviceIoControl.IoControlCode = ioctl->code;
    next->Parameters.DeviceIoControl.InputBufferLength = ioctl->input_bytes;
    next->Parameters.DeviceIoControl.OutputBufferLength = ioctl->output_bytes;
    const struct ioctl_buffers buffers = {ioctl->code, ioctl->input, ioctl->input_bytes,
                                          ioctl->output, ioctl->output_bytes};
    return request_send(request, request_give_ioctl(request->irp, &buffers));
}

static struct expool_request *transfer(PFILE_OBJECT file, void *buffer, uint32_t size_bytes,
                                       uint64_t offset, UCHAR major)
{
    struct expool_request *request = request_make(file, major);
    if (request == NULL)
        return NULL;
    bool is_read = major == IRP_MJ_READ;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(request->irp);
    next->Parameters.Read.Length = size_bytes;
    next->Parameters.Read.ByteOffset.QuadPart = (LONGLONG)offset;
    request->irp->Flags |= is_read ? IRP_READ_OPERATION : IRP_WRITE_OPERATION;
    return request_send(request, request_give_buffer(request->irp, request_buffer_of(request->top),
                                                     buffer, size_bytes, is_read));
}

struct expool_request *expool_device_read_start(PFILE_OBJECT file, void *buffer,
                                                uint32_t size_bytes, uint64_t offset)
{
    return transfer(file, buffer, size_bytes, offset, IRP_MJ_READ);
}

struct expool_request *expool_device_write_start(PFILE_OBJECT file, const void *buffer,
                                                 uint32_t size_bytes, uint64_t offset)
{
    return transfer(file, (void *)(uintptr_t)buffer, size_bytes, offset, IRP_MJ_WRITE);
}

int expool_request_is_done(struct expool_request *request)
{
    return KeReadStateEvent(&request->done) != 0;
}

int expool_request_cancel(struct expool_request *request)
{
    struct cancelling own = {.by = thread_current()};
    lock_take(&request_lock);
    PIRP irp = request->irp;
    if (irp != NULL)
        /* cppcheck-suppress autoVariables; no one asks for it when the request is over */
        request->canceller = &own;
    lock_drop(&request_lock);
    if (irp == NULL)
        return FALSE;
    int was_called = IoCancelIrp(irp);
    lock_take(&request_lock);
    if (!own.is_over)
        request->canceller = NULL;
    lock_drop(&request_lock);
    if (own.is_left)
        IoFreeIrp(irp);
    return was_called;
}

int expool_request_is_mismarked(struct expool_request *request)
{
    return expool_request_is_done(request) &&
           request->is_marked != (request->returned == STATUS_PENDING);
}

NTSTATUS expool_request_wait(struct expool_request *request, size_t *bytes)
{
    if (bytes != NULL)
        *bytes = 0;
    if (request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeWaitForSingleObject(&request->done, UserRequest, KernelMode, FALSE, NULL);
    NTSTATUS status = request->status.Status;
    if (bytes != NULL)
        *bytes = request->status.Information;
    request_free(request);
    return status;
}

NTSTATUS expool_device_control(PFILE_OBJECT file, const struct expool_ioctl *ioctl, size_t *bytes)
{
    return expool_request_wait(expool_device_control_start(file, ioctl), bytes);
}

NTSTATUS expool_device_read(PFILE_OBJECT file, void *buffer, uint32_t size_bytes, uint64_t offset,
                            size_t *bytes)
{
    return expool_request_wait(expool_device_read_start(file, buffer, size_bytes, offset), bytes);
}

NTSTATUS expool_device_write(PFILE_OBJECT file, const void *buffer, uint32_t size_bytes,
                             uint64_t offset, size_t *bytes)
{
    return expool_request_wait(expool_device_write_start(file, buffer, size_bytes, offset), bytes);
}
