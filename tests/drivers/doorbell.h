/* doorbell.h - what the driver doorbell.c and its host share. */
#ifndef TESTS_DRIVERS_DOORBELL_H
#define TESTS_DRIVERS_DOORBELL_H

#include <ntddk.h>

#define DOORBELL_VECTOR 0x31
#define DOORBELL_CTL(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)
/* ULONG out: rings not yet taken; they are taken. */
#define IOCTL_DOORBELL_TAKE DOORBELL_CTL(0)
/* ULONG out: handles to threads made while the driver watched. */
#define IOCTL_DOORBELL_HANDLES DOORBELL_CTL(1)

#endif
