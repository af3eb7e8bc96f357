/* plug_play.h - telling those that watch interfaces and devices. */
#ifndef KERNEL_PLUG_PLAY_H
#define KERNEL_PLUG_PLAY_H

#include "expool/plug_play.h"

#include <stdbool.h>

/* An interface's link came or went. */
void plug_play_tell_interface(const UNICODE_STRING *link, bool is_there);

enum target_event { TARGET_QUERY_REMOVE, TARGET_REMOVE_CANCELLED, TARGET_REMOVE_COMPLETE };
/* Tells those that have a file open on the stack above `pdo`. A failure: one of them refuses. */
NTSTATUS plug_play_tell_target(PDEVICE_OBJECT pdo, enum target_event event);

/* True for a device of expool_pnp_add. */
bool plug_play_is_pdo(PDEVICE_OBJECT device);
/* The device's keys are gone. */
void plug_play_forget(PDEVICE_OBJECT pdo);

/* Sends a request of plug and play and waits; `information` takes what it brings. */
NTSTATUS plug_play_ask(PDEVICE_OBJECT pdo, UCHAR minor, DEVICE_RELATION_TYPE type,
                       ULONG_PTR *information);

#endif
