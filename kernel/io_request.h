/* io_request.h - what the parts of the I/O manager know of each other. */
#ifndef KERNEL_IO_REQUEST_H
#define KERNEL_IO_REQUEST_H

#include "expool/io.h"

#include <stdbool.h>

/* In Irp->AllocationFlags: an expool_request's, whose maker may be cancelling it. */
enum { REQUEST_OF_HOST = 0x80 };

/* One of those is completed. True: free it now, its maker has forgotten it; false: he frees it as
 * soon as IoCancelIrp has returned to him. */
bool request_let_go(PIRP irp);

/* Unlocks and frees a chain of descriptors. */
void mdl_free_chain(PMDL mdl);

/* What a request's buffer is to become. */
enum request_buffer { BUFFER_SYSTEM, BUFFER_DIRECT, BUFFER_NEITHER };

/* A buffer of read or write as the device asks for it. */
enum request_buffer request_buffer_of(const DEVICE_OBJECT *device);

/* Gives `irp` the buffer of a read (is_input: the driver fills it) or write; false: no memory. */
bool request_give_buffer(PIRP irp, enum request_buffer kind, void *buffer, ULONG bytes,
                         bool is_input);
/* And the two buffers of an I/O control. */
struct ioctl_buffers {
    ULONG code;
    const void *input;
    ULONG input_bytes;
    void *output;
    ULONG output_bytes;
};
bool request_give_ioctl(PIRP irp, const struct ioctl_buffers *ioctl);

/* Frees a request that was never sent, its buffers too. */
void request_discard(PIRP irp);

#endif
