/* target.c - the journal on the driver kit: the kit's own operations are nearly enough. */
#include <expool/kit.h>
#include <wdm.h>

#include "journal.h"

DRIVER_INITIALIZE DriverEntry;

KIT_DRIVER(.name = "journal", .entry = DriverEntry, .device = "\\Device\\Journal")
KIT_IOCTLS(IOCTL_JOURNAL_START, IOCTL_JOURNAL_STOP, IOCTL_JOURNAL_FILL)

KIT_OP(start, KIT_U16(milliseconds))
{
    ULONG period = milliseconds;
    kit_ioctl(IOCTL_JOURNAL_START, &period, sizeof(period), NULL, 0);
}

/* What was written and flushed can be read again, no more. */
KIT_OP0(fill)
{
    JOURNAL_FILL fill = {0, 0, 0};
    NTSTATUS status = kit_ioctl(IOCTL_JOURNAL_FILL, NULL, 0, &fill, sizeof(fill));
    if (NT_SUCCESS(status))
        KIT_EXPECT(fill.Used <= JOURNAL_BYTES);
}
