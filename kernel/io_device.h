/* io_device.h - what lies behind a device, a driver and a file, beside what driver code sees. */
#ifndef KERNEL_IO_DEVICE_H
#define KERNEL_IO_DEVICE_H

#include "expool/device.h"
#include "pool/list.h"
#include "pool/lock.h"

#include <stdbool.h>

/* Behind the DEVICE_OBJECT; the driver's extension comes last, where a guard page may follow it. */
struct device_inner {
    DEVOBJ_EXTENSION extension;
    PDEVICE_OBJECT attached_to; /* below */
    bool is_deleted;
    struct list shutdown; /* of device_lock; no neighbours: not registered */
};

struct driver_client {
    struct driver_client *next;
    void *id;
    DECLSPEC_ALIGN(16) unsigned char memory[];
};

struct driver_reinitialization {
    struct driver_reinitialization *next;
    PDRIVER_REINITIALIZE routine;
    void *context;
};

/* Behind the DRIVER_OBJECT. */
struct driver_inner {
    DRIVER_EXTENSION extension;
    struct driver_client *clients;
    struct driver_reinitialization *reinitializations;
    FAST_IO_DISPATCH *fast_io;
    uint16_t number; /* in pool/drivers.h; 0: not loaded by the host */
};

/* Guards the lists of devices and the stacks they are in; nothing is called under it. */
extern struct lock device_lock;

static inline struct device_inner *device_inner(const DEVICE_OBJECT *device)
{
    return (struct device_inner *)(void *)device->DeviceObjectExtension;
}

static inline struct driver_inner *driver_inner(const DRIVER_OBJECT *driver)
{
    return (struct driver_inner *)(void *)driver->DriverExtension;
}

/* 0 for a driver object that is not one of ours: programs make their own, too. */
static inline uint16_t driver_number(const DRIVER_OBJECT *driver)
{
    bool is_ours = (const void *)driver->DriverExtension == (const void *)(driver + 1);
    return is_ours ? driver_inner(driver)->number : 0;
}

/* Opens a device: a file object, after its driver has agreed. `rest` is the name behind the
 * device's; mode: whose request it is. */
struct file_request {
    const UNICODE_STRING *name;
    ACCESS_MASK access;
    ULONG share;
    ULONG options;    /* disposition in the high byte */
    ULONG attributes; /* of the file */
    KPROCESSOR_MODE mode;
};
NTSTATUS file_open(const struct file_request *request, PFILE_OBJECT *file, ULONG_PTR *information);
void file_cleanup(void *body); /* IRP_MJ_CLEANUP */

/* Sends a request without a buffer to the top of a device's stack and waits. */
struct simple_request {
    PDEVICE_OBJECT device;
    PFILE_OBJECT file; /* may be NULL */
    UCHAR major;
    UCHAR minor;
    KPROCESSOR_MODE mode;
};
NTSTATUS request_send_simple(const struct simple_request *simple);

/* A driver object with every dispatch routine refusing; NULL: no memory. */
PDRIVER_OBJECT driver_create(const char *name);
bool driver_has_files(PDRIVER_OBJECT driver);
/* Up to `capacity` of the devices registered for it, one reference more each; how many. */
unsigned device_collect_shutdown(PDEVICE_OBJECT *devices, unsigned capacity);

#endif
