/* expool/filter.h - the host's side of minifilters: volumes to filter, and the program at the other
 * end of a filter's port.
 *
 *   expool_driver_load(FsEntry, "MyFs", &fs);           a driver whose device stands for a volume
 *   expool_volume_mount("\\Device\\Vol1", ..., &volume); its requests pass the filters from now on
 *   expool_driver_load(FilterEntry, "MyFilter", &filter);
 *   expool_device_open("\\Device\\Vol1\\a.txt", &file); ...
 *   expool_driver_unload(filter);
 *   expool_volume_dismount(volume);
 *
 * A filter's altitude is the value Altitude of the key Instances\NAME under its service, NAME being
 * the value DefaultInstance of Instances; without it, filters stand in the order of their
 * registration, the first one lowest. */
#ifndef EXPOOL_FILTER_H
#define EXPOOL_FILTER_H

#include "expool/flt_register.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Puts the filter manager on top of the device of that name (UTF-8), and offers the volume to each
 * filter that has started. type: what filters are told the file system is. The status of the
 * attach; STATUS_OBJECT_NAME_NOT_FOUND. */
NTSTATUS expool_volume_mount(const char *device, FLT_FILESYSTEM_TYPE type, PFLT_VOLUME *volume);

/* Ends the volume's instances and takes the filter manager away. Files are to be closed before:
 * STATUS_DEVICE_BUSY while some are open, and nothing has happened. */
NTSTATUS expool_volume_dismount(PFLT_VOLUME volume);

/* A program's connection. STATUS_OBJECT_NAME_NOT_FOUND, STATUS_CONNECTION_COUNT_LIMIT, or what the
 * filter refused with. */
struct expool_port;
NTSTATUS expool_port_connect(const char *name, const void *context, uint16_t context_bytes,
                             struct expool_port **port);
/* FilterSendMessage: the filter's message routine; STATUS_NOT_IMPLEMENTED when it has none. */
NTSTATUS expool_port_send(struct expool_port *port, const void *input, uint32_t input_bytes,
                          void *output, uint32_t output_bytes, uint32_t *returned_bytes);
/* FilterGetMessage and FilterReplyMessage in one: called with each message of the filter's, in the
 * filter's thread. *reply_bytes is the room, then what was written. */
typedef void expool_port_answer(void *context, const void *message, uint32_t message_bytes,
                                void *reply, uint32_t *reply_bytes);
void expool_port_on_message(struct expool_port *port, expool_port_answer *answer, void *context);
/* Calls the filter's disconnect routine and frees the connection. */
void expool_port_close(struct expool_port *port);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
