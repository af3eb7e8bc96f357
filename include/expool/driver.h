/* expool/driver.h - running a driver from a program, a test or a fuzzer: what the loader and an
 * application do on Windows. Ours, not Windows'.
 *
 *     PDRIVER_OBJECT driver;
 *     if (expool_driver_load(DriverEntry, "sioctl", &driver) < 0) ...
 *     PFILE_OBJECT file;
 *     expool_device_open("\\Device\\SIOCTL", &file);
 *     expool_device_ioctl(file, CODE, in, sizeof(in), out, sizeof(out), &bytes);
 *     expool_device_close(file);
 *     expool_driver_unload(driver);
 *
 * A call builds a request, sends it to the top of the device's stack and waits until it is
 * completed. All of them: PASSIVE_LEVEL. Under the verifier, what the driver left behind in the
 * pool is told by expool_verifier_report_leaks, or at exit. */
#ifndef EXPOOL_DRIVER_H
#define EXPOOL_DRIVER_H

#include "expool/io.h"
#include "expool/plug_play.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Makes the driver object \Driver\`name` with the registry path
 * \Registry\Machine\System\CurrentControlSet\Services\`name` and calls `entry`. The status `entry`
 * returned; the driver object is gone when that is a failure. STATUS_OBJECT_NAME_COLLISION: such a
 * driver is loaded. */
NTSTATUS expool_driver_load(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver);

/* Calls the driver's unload routine and frees the driver object. STATUS_INVALID_DEVICE_REQUEST when
 * it has none: it cannot be unloaded. STATUS_DEVICE_BUSY, and nothing was called, while a file is
 * open on one of its devices. Devices the driver forgot stay, as leaks. */
NTSTATUS expool_driver_unload(PDRIVER_OBJECT driver);

/* Plug and play: makes a device to stand for the hardware and calls AddDevice with it; *pdo may
 * then be opened and sent requests. expool_pnp_remove deletes it, after IRP_MN_REMOVE_DEVICE was
 * sent to its stack, and returns the request's status; STATUS_DEVICE_BUSY when a device is still
 * attached to it (IoDetachDevice left out): that points to memory which is gone. */
NTSTATUS expool_pnp_add(PDRIVER_OBJECT driver, PDEVICE_OBJECT *pdo);
NTSTATUS expool_pnp_send(PDEVICE_OBJECT pdo, unsigned char minor); /* IRP_MN_START_DEVICE ... */
NTSTATUS expool_pnp_remove(PDEVICE_OBJECT pdo);
/* A property for IoGetDeviceProperty, as text. STATUS_INVALID_PARAMETER: not modelled. */
NTSTATUS expool_pnp_set_text(PDEVICE_OBJECT pdo, DEVICE_REGISTRY_PROPERTY property,
                             const char *text);

/* Opens a device by name, UTF-8 ("\\Device\\X", "\\DosDevices\\X", "\\\\.\\X"): IRP_MJ_CREATE. */
NTSTATUS expool_device_open(const char *name, PFILE_OBJECT *file);

/* IRP_MJ_CLEANUP and IRP_MJ_CLOSE, then the file object is gone. */
NTSTATUS expool_device_close(PFILE_OBJECT file);

/* `bytes` may be NULL; it takes the request's Information. */
NTSTATUS expool_device_read(PFILE_OBJECT file, void *buffer, uint32_t size_bytes, uint64_t offset,
                            size_t *bytes);
NTSTATUS expool_device_write(PFILE_OBJECT file, const void *buffer, uint32_t size_bytes,
                             uint64_t offset, size_t *bytes);

/* One I/O control with its two buffers; NULL and 0 where there is none. */
struct expool_ioctl {
    uint32_t code;
    const void *input;
    uint32_t input_bytes;
    void *output;
    uint32_t output_bytes;
};
NTSTATUS expool_device_control(PFILE_OBJECT file, const struct expool_ioctl *ioctl, size_t *bytes);

/* The same, as DeviceIoControl has its arguments. */
static inline NTSTATUS expool_device_ioctl(PFILE_OBJECT file, uint32_t code, const void *input,
                                           uint32_t input_bytes, void *output,
                                           uint32_t output_bytes, size_t *bytes)
{
    struct expool_ioctl ioctl = {code, input, input_bytes, output, output_bytes};
    return expool_device_control(file, &ioctl, bytes);
}

/* The same without waiting. NULL: no memory. Each expool_request is given back by
 * expool_request_wait, after a cancel too. */
struct expool_request;
struct expool_request *expool_device_control_start(PFILE_OBJECT file,
                                                   const struct expool_ioctl *ioctl);
struct expool_request *expool_device_read_start(PFILE_OBJECT file, void *buffer,
                                                uint32_t size_bytes, uint64_t offset);
struct expool_request *expool_device_write_start(PFILE_OBJECT file, const void *buffer,
                                                 uint32_t size_bytes, uint64_t offset);
/* True: it is completed, and a wait returns at once. */
int expool_request_is_done(struct expool_request *request);
/* IoCancelIrp: true when a cancel routine was called; false, too, when it is completed: its IRP is
 * gone by then. */
int expool_request_cancel(struct expool_request *request);
/* True: it is completed, and the driver returned STATUS_PENDING without IoMarkIrpPending, or marked
 * it and returned something else: on Windows who asked waits for ever, or goes on too early. Any
 * IRQL up to DISPATCH_LEVEL, before expool_request_wait; never raises. Ours, not Windows'. */
int expool_request_is_mismarked(struct expool_request *request);
/* Waits, frees `request` and returns the final status; `bytes` may be NULL. */
NTSTATUS expool_request_wait(struct expool_request *request, size_t *bytes);

/* Sends IRP_MJ_SHUTDOWN to the devices registered for it. */
void expool_shutdown(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
