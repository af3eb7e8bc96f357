/* mailbox_target.c - mailbox.c on the driver kit. */
#include "expool/kit.h"

#include <wdm.h>

#include "mailbox.h"

#define PARAMETERS "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\mailbox\\Parameters"

DRIVER_INITIALIZE DriverEntry;

static void setup(void)
{
    expool_registry_set_number(PARAMETERS, "Depth", 2);
}

KIT_DRIVER(.name = "mailbox", .entry = DriverEntry, .device = "\\\\.\\Mailbox", .setup = setup)
KIT_IOCTLS(IOCTL_MAILBOX_COUNT, IOCTL_MAILBOX_PEEK, IOCTL_MAILBOX_CLEAR)
