/* journal.h - what applications and the driver agree on. */
#ifndef JOURNAL_H
#define JOURNAL_H

#define JOURNAL_CODE(number)                                                                       \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900 + (number), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_JOURNAL_START JOURNAL_CODE(0) /* ULONG: milliseconds between two flushes */
#define IOCTL_JOURNAL_STOP  JOURNAL_CODE(1)
#define IOCTL_JOURNAL_FILL  JOURNAL_CODE(2) /* gives JOURNAL_FILL */

enum { JOURNAL_PACKET_BYTES = 256, JOURNAL_RING_BYTES = 4096, JOURNAL_BYTES = 65536 };

typedef struct _JOURNAL_FILL {
    ULONG Waiting; /* packets */
    ULONG Used;    /* bytes of the journal */
    ULONG Dropped; /* packets, for want of room */
} JOURNAL_FILL, *PJOURNAL_FILL;

#endif
