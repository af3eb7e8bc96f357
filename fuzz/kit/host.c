#include "fuzz/kit/host.h"

#include "expool/settle.h"
#include "expool/statistics.h"
#include "expool/verifier.h"
#include "fuzz/kit/coverage.h"
#include "fuzz/kit/finding.h"
#include "fuzz/kit/output.h"

#include <stdlib.h>
#include <string.h>

struct request {
    struct expool_request *request; /* NULL: free */
    unsigned file;
    uint8_t *input;
    uint8_t *output;
};

static struct {
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT pdo;
    PFILE_OBJECT files[KIT_FILES];
    const char *stage; /* of the load */
    unsigned file;     /* opened last */
    bool is_known;     /* the two below */
    bool stays_loaded;
    bool is_plug_play;
    struct request requests[KIT_REQUESTS];
    struct expool_background before;
} host;

bool kit_host_stays_loaded(void)
{
    return host.stays_loaded;
}

bool kit_host_is_plug_play(void)
{
    return host.is_plug_play;
}

PDRIVER_OBJECT kit_driver_object(void)
{
    return host.driver;
}

const char *kit_host_stage(void)
{
    return host.stage;
}

static NTSTATUS plug_in(void)
{
    host.stage = "AddDevice";
    NTSTATUS status = expool_pnp_add(host.driver, &host.pdo);
    if (!NT_SUCCESS(status)) {
        host.pdo = NULL;
        return status;
    }
    host.stage = "IRP_MN_START_DEVICE";
    return expool_pnp_send(host.pdo, IRP_MN_START_DEVICE);
}

static void learn(void)
{
    host.is_known = true;
    host.stays_loaded = host.driver->DriverUnload == NULL;
    host.is_plug_play =
        host.driver->DriverExtension->AddDevice != NULL && !kit_driver.is_without_plug_play;
}

NTSTATUS kit_host_load(void)
{
    if (host.driver != NULL)
        return STATUS_SUCCESS; /* it stays */
    expool_background_get(&host.before);
    if (kit_driver.entry == NULL)
        return STATUS_SUCCESS;
    host.stage = "DriverEntry";
    NTSTATUS status = expool_driver_load(kit_driver.entry, kit_driver_name(), &host.driver);
    if (!NT_SUCCESS(status))
        return status;
    if (!host.is_known)
        learn();
    return host.is_plug_play ? plug_in() : STATUS_SUCCESS;
}

/* A name that the plug-and-play device goes by. */
static const char *device_name(char *bytes, size_t capacity)
{
    WCHAR text[64];
    ULONG length = 0;
    if (kit_driver.device != NULL || host.pdo == NULL)
        return kit_driver.device;
    if (!NT_SUCCESS(IoGetDeviceProperty(host.pdo, DevicePropertyPhysicalDeviceObjectName,
                                        sizeof(text), text, &length)))
        return NULL;
    size_t letters = length / sizeof(WCHAR);
    for (size_t i = 0; i < capacity; i++)
        bytes[i] = (char)(i < letters ? text[i] : 0);
    bytes[capacity - 1] = 0;
    return bytes;
}

void kit_host_open(unsigned file)
{
    char bytes[64];
    const char *name = device_name(bytes, sizeof(bytes));
    file %= KIT_FILES;
    if (name == NULL || host.files[file] != NULL)
        return;
    if (NT_SUCCESS(expool_device_open(name, &host.files[file])))
        host.file = file;
    else
        host.files[file] = NULL;
}

PFILE_OBJECT kit_file(void)
{
    if (host.files[host.file] == NULL)
        kit_host_open(host.file);
    return host.files[host.file];
}

static void end_request(struct request *request, size_t *bytes, NTSTATUS *status)
{
    kit_judge(expool_request_is_mismarked(request->request), "pending-mismarked",
              "STATUS_PENDING and IoMarkIrpPending belong together, and one of them is missing: "
              "the application waits for ever, or goes on too early");
    *status = expool_request_wait(request->request, bytes);
    request->request = NULL;
    free(request->input);
    free(request->output);
}

static bool end_if_done(struct request *request)
{
    NTSTATUS status;
    size_t bytes;
    if (!expool_request_is_done(request->request))
        return false;
    end_request(request, &bytes, &status);
    return true;
}

/* The driver may complete it in its cancel routine, later, or in its cleanup. */
static void cancel(struct request *request)
{
    if (end_if_done(request))
        return;
    expool_request_cancel(request->request);
    expool_settle(KIT_SETTLE_MS);
    end_if_done(request);
}

static struct request *free_request(void)
{
    for (unsigned i = 0; i < KIT_REQUESTS; i++)
        if (host.requests[i].request == NULL || end_if_done(&host.requests[i]))
            return &host.requests[i];
    cancel(&host.requests[0]);
    return host.requests[0].request == NULL ? &host.requests[0] : NULL;
}

static void cancel_all(unsigned file)
{
    for (unsigned i = 0; i < KIT_REQUESTS; i++)
        if (host.requests[i].request != NULL && host.requests[i].file == file)
            cancel(&host.requests[i]);
}

void kit_host_cancel(unsigned file)
{
    cancel_all(file % KIT_FILES);
}

void kit_host_elapse(void)
{
    expool_time_pass(KIT_ELAPSE_MS);
    expool_timers_expire();
}

static bool is_any_pending(unsigned file)
{
    for (unsigned i = 0; i < KIT_REQUESTS; i++)
        if (host.requests[i].request != NULL && host.requests[i].file == file &&
            !end_if_done(&host.requests[i]))
            return true;
    return false;
}

/* What a timer will complete needs no cancel: whoever closes the file waits for it. */
static void await_timers(unsigned file)
{
    for (unsigned i = 0; i < KIT_ELAPSES && is_any_pending(file); i++) {
        kit_host_elapse();
        expool_settle(KIT_SETTLE_MS);
    }
}

static void judge_kept(unsigned file)
{
    for (unsigned i = 0; i < KIT_REQUESTS; i++) {
        struct request *request = &host.requests[i];
        if (request->request == NULL || request->file != file || end_if_done(request))
            continue;
        request->request = NULL;
        kit_judge(true, "request-kept",
                  "a request is completed neither by its cancel routine nor by IRP_MJ_CLEANUP nor "
                  "by a timer: the application that closes its file hangs");
    }
}

/* IRP_MJ_CLEANUP meets what is pending; a cancel, of a thread that ends, what that leaves. */
void kit_host_close(unsigned file)
{
    file %= KIT_FILES;
    if (host.files[file] == NULL)
        return;
    PFILE_OBJECT closing = host.files[file];
    host.files[file] = NULL;
    expool_device_close(closing);
    expool_settle(KIT_SETTLE_MS);
    cancel_all(file);
    await_timers(file);
    judge_kept(file);
}

/* Buffers of the very size, so that a touch beyond them is seen under AddressSanitizer. */
static struct request *new_request(const void *input, size_t input_bytes, size_t output_bytes)
{
    struct request *request = kit_file() != NULL ? free_request() : NULL;
    if (request == NULL)
        return NULL;
    request->file = host.file;
    request->input = input_bytes > 0 ? malloc(input_bytes) : NULL;
    request->output = output_bytes > 0 ? calloc(1, output_bytes) : NULL;
    if (request->input != NULL)
        memcpy(request->input, input, input_bytes);
    return request;
}

/* Until it is completed, or nothing more happens. */
static NTSTATUS await(struct request *request, void *output, size_t output_bytes, uint32_t what)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    size_t bytes = 0;
    if (request->request == NULL) {
        free(request->input);
        free(request->output);
        return status;
    }
    if (!expool_request_is_done(request->request))
        expool_settle(KIT_SETTLE_MS);
    if (!expool_request_is_done(request->request))
        return STATUS_PENDING;
    uint8_t *kept = request->output;
    request->output = NULL;
    end_request(request, &bytes, &status);
    if (kept != NULL)
        kit_output_look(what, kept, bytes < output_bytes ? bytes : output_bytes);
    if (kept != NULL && output != NULL)
        memcpy(output, kept, bytes < output_bytes ? bytes : output_bytes);
    free(kept);
    return status;
}

static NTSTATUS finish(struct request *request, void *output, size_t output_bytes, uint32_t what)
{
    NTSTATUS status = await(request, output, output_bytes, what);
    kit_coverage(what + 1, (uint32_t)status);
    return status;
}

NTSTATUS kit_ioctl(uint32_t code, const void *input, size_t input_bytes, void *output,
                   size_t output_bytes)
{
    struct request *request = new_request(input, input_bytes, output_bytes);
    if (request == NULL)
        return STATUS_INVALID_HANDLE;
    const struct expool_ioctl ioctl = {code, request->input, (uint32_t)input_bytes, request->output,
                                       (uint32_t)output_bytes};
    request->request = expool_device_control_start(kit_file(), &ioctl);
    return finish(request, output, output_bytes, code);
}

NTSTATUS kit_read(void *buffer, size_t bytes, uint64_t offset)
{
    struct request *request = new_request(NULL, 0, bytes);
    if (request == NULL)
        return STATUS_INVALID_HANDLE;
    request->request =
        expool_device_read_start(kit_file(), request->output, (uint32_t)bytes, offset);
    return finish(request, buffer, bytes, IRP_MJ_READ);
}

NTSTATUS kit_write(const void *buffer, size_t bytes, uint64_t offset)
{
    struct request *request = new_request(buffer, bytes, 0);
    if (request == NULL)
        return STATUS_INVALID_HANDLE;
    request->request =
        expool_device_write_start(kit_file(), request->input, (uint32_t)bytes, offset);
    return finish(request, NULL, 0, IRP_MJ_WRITE);
}

NTSTATUS kit_internal_ioctl(uint32_t code, void *input, size_t input_bytes, void *output,
                            size_t output_bytes)
{
    static KEVENT done;
    static IO_STATUS_BLOCK answer;
    PDEVICE_OBJECT top = kit_file() != NULL ? IoGetRelatedDeviceObject(kit_file()) : NULL;
    if (top == NULL)
        return STATUS_INVALID_HANDLE;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    PIRP irp = IoBuildDeviceIoControlRequest(code, top, input, (ULONG)input_bytes, output,
                                             (ULONG)output_bytes, TRUE, &done, &answer);
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = IofCallDriver(top, irp);
    if (status == STATUS_PENDING && !expool_settle(KIT_SETTLE_MS) && !KeReadStateEvent(&done))
        kit_finding("request-kept", "an internal request is not completed within 200 ms");
    if (status == STATUS_PENDING && !KeReadStateEvent(&done)) {
        IoCancelIrp(irp);
        expool_settle(KIT_SETTLE_MS);
        if (!KeReadStateEvent(&done))
            kit_finding("request-kept", "an internal request is neither completed nor cancelled");
    }
    return status == STATUS_PENDING ? answer.Status : status;
}

NTSTATUS kit_pnp(unsigned char minor)
{
    return host.pdo != NULL ? expool_pnp_send(host.pdo, minor) : STATUS_NO_SUCH_DEVICE;
}

static void judge_background(void)
{
    struct expool_background left;
    expool_background_get(&left);
    kit_judge(left.timers > host.before.timers, "timer-left",
              "a timer is still set after the driver was unloaded");
    kit_judge(left.dpcs > host.before.dpcs, "dpc-left",
              "a DPC is still queued after the driver was unloaded");
    kit_judge(left.work_items > host.before.work_items, "work-item-left",
              "a work item is still queued after the driver was unloaded");
    kit_judge(left.threads > host.before.threads, "thread-left",
              "a thread of the driver still runs after it was unloaded");
    kit_judge(left.names > host.before.names, "name-left",
              "a device or a symbolic link is left after the driver was "
              "unloaded: it cannot be loaded again");
    kit_judge(left.handles > host.before.handles, "handle-left",
              "a handle is still open after the driver was unloaded");
}

/* As a process ends: its threads with their requests first, then its handles. */
static void unplug(void)
{
    for (unsigned i = 0; i < KIT_FILES; i++) {
        cancel_all(i);
        kit_host_close(i);
    }
    if (host.pdo != NULL && !kit_host_stays_loaded()) {
        PDEVICE_OBJECT pdo = host.pdo;
        host.pdo = NULL;
        kit_judge(expool_pnp_remove(pdo) == STATUS_DEVICE_BUSY, "device-left-attached",
                  "IRP_MN_REMOVE_DEVICE left a device of the driver attached to the one below, "
                  "which goes now: IoDetachDevice is missing");
    }
}

void kit_host_unload(void)
{
    host.file = 0;
    unplug();
    if (kit_host_stays_loaded())
        return;
    if (host.driver != NULL) {
        PDRIVER_OBJECT driver = host.driver;
        host.driver = NULL;
        kit_judge(expool_driver_unload(driver) == STATUS_DEVICE_BUSY, "file-left",
                  "the driver keeps a file open on its own device");
    }
    kit_judge(!expool_settle(KIT_SETTLE_MS), "work-left",
              "work of the driver still runs 200 ms after it was unloaded");
    judge_background();
}
