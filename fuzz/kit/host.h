/* host.h - what the kit is to the driver: the loader, the plug-and-play manager, an application
 * with a few files and requests. One driver at a time; one thread.
 *   load -> AddDevice, start -> open, requests -> cancel, close -> remove -> unload */
#ifndef FUZZ_KIT_HOST_H
#define FUZZ_KIT_HOST_H

#include "expool/kit.h"

enum {
    KIT_FILES = 4,
    KIT_REQUESTS = 16,
    KIT_SETTLE_MS = 200,
    KIT_ELAPSE_MS = 1000,
    KIT_ELAPSES = 8
};

/* Loads the driver; the status of DriverEntry, or of AddDevice or the start. */
NTSTATUS kit_host_load(void);
/* Everything back: requests, files, device, driver. What stays behind is a finding. */
void kit_host_unload(void);

/* It has no unload routine: it stays loaded, with what it has. */
bool kit_host_stays_loaded(void);
/* How far the load came that failed: "DriverEntry". */
const char *kit_host_stage(void);
bool kit_host_is_plug_play(void); /* known after the first load */

void kit_host_open(unsigned file);
/* CancelIo: whatever of this file is pending. */
void kit_host_cancel(unsigned file);
/* CloseHandle: IRP_MJ_CLEANUP with what is pending; the rest is cancelled. What is then still not
 * completed, when the timers have expired too, is a finding. */
void kit_host_close(unsigned file);
/* A second passes, and timers that are set for later expire, too. */
void kit_host_elapse(void);

#endif
