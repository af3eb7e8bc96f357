/* expool/io.h - making, sending, completing and cancelling requests; the error log. */
#ifndef EXPOOL_IO_H
#define EXPOOL_IO_H

#include "expool/irp.h"
#include "expool/mdl.h"

typedef struct _IO_ERROR_LOG_PACKET {
    UCHAR MajorFunctionCode;
    UCHAR RetryCount;
    USHORT DumpDataSize;
    USHORT NumberOfStrings;
    USHORT StringOffset;
    USHORT EventCategory;
    NTSTATUS ErrorCode;
    ULONG UniqueErrorValue;
    NTSTATUS FinalStatus;
    ULONG SequenceNumber;
    ULONG IoControlCode;
    LARGE_INTEGER DeviceOffset;
    ULONG DumpData[1];
} IO_ERROR_LOG_PACKET, *PIO_ERROR_LOG_PACKET;

#define PORT_MAXIMUM_MESSAGE_LENGTH 256
#define ERROR_LOG_MAXIMUM_SIZE      (PORT_MAXIMUM_MESSAGE_LENGTH - 16)
#define ERROR_LOG_LIMIT_SIZE        (ERROR_LOG_MAXIMUM_SIZE - 16)
#define IO_ERROR_LOG_MESSAGE_LENGTH ERROR_LOG_MAXIMUM_SIZE

#define FSRTL_FSP_TOP_LEVEL_IRP       0x01
#define FSRTL_CACHE_TOP_LEVEL_IRP     0x02
#define FSRTL_MOD_WRITE_TOP_LEVEL_IRP 0x03
#define FSRTL_FAST_IO_TOP_LEVEL_IRP   0x04
#define FSRTL_MAX_TOP_LEVEL_IRP_FLAG  0xFFFF

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A request with StackSize locations, in non-paged pool; NULL: no memory. ChargeQuota changes
 * nothing [P]. IoReuseIrp makes one as new again, IoInitializeIrp one in the caller's own memory.
 * At most DISPATCH_LEVEL. [D] */
PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota);
PIRP IoAllocateIrpEx(PDEVICE_OBJECT DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota);
PIRP IoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize);
VOID IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize);
VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus);
VOID IoFreeIrp(PIRP Irp);

/* Requests that free themselves when they are completed: then *IoStatusBlock is written, Event set.
 * The buffers become system buffer, MDL or UserBuffer as control code and device ask. NULL: no
 * memory. PASSIVE_LEVEL. [D] */
PIRP IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                   PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                                   ULONG OutputBufferLength, BOOLEAN InternalDeviceIoControl,
                                   PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock);
PIRP IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                  ULONG Length, PLARGE_INTEGER StartingOffset, PKEVENT Event,
                                  PIO_STATUS_BLOCK IoStatusBlock);
/* The completion routine frees this one, and a system buffer or MDL with it. [D] */
PIRP IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                   ULONG Length, PLARGE_INTEGER StartingOffset,
                                   PIO_STATUS_BLOCK IoStatusBlock);

/* Hands the request to DeviceObject's driver in the next stack location; what its dispatch routine
 * returns. No location left: bug check 0x35. At most DISPATCH_LEVEL. [D] */
NTSTATUS IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp);
#define IoForwardAndCatchIrp IoForwardIrpSynchronously

/* Runs the completion routines from the current location upwards, until one answers
 * STATUS_MORE_PROCESSING_REQUIRED; then the request belongs to whoever sent it. A request that was
 * completed before: bug check 0x44. At most DISPATCH_LEVEL. [D] */
VOID IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost);

/* The same with a reference on DeviceObject until the routine has run.
 * STATUS_INSUFFICIENT_RESOURCES. [D] */
NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                  PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                  BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                  BOOLEAN InvokeOnCancel);

/* Marks the request cancelled and calls its cancel routine under the cancel spin lock, which the
 * routine releases to Irp->CancelIrql. FALSE: it had none. At most DISPATCH_LEVEL. [D] */
BOOLEAN IoCancelIrp(PIRP Irp);
VOID IoAcquireCancelSpinLock(PKIRQL Irql);
VOID IoReleaseCancelSpinLock(KIRQL Irql);

/* One request at a time to the driver's StartIo, at DISPATCH_LEVEL; the rest wait, in the order of
 * *Key where it is given. At most DISPATCH_LEVEL; IoStartNext* at DISPATCH_LEVEL. [D] */
VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
                   PDRIVER_CANCEL CancelFunction);
VOID IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable);
VOID IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key);

/* A packet of at most ERROR_LOG_MAXIMUM_SIZE bytes for the log; writing it frees it, after one line
 * on stderr [P]. NULL: too large, or no memory. At most DISPATCH_LEVEL. [D] */
PVOID IoAllocateErrorLogEntry(PVOID IoObject, UCHAR EntrySize);
VOID IoWriteErrorLogEntry(PVOID ElEntry);
VOID IoFreeErrorLogEntry(PVOID ElEntry);

/* The request a file system works on in this thread, NULL at first. [D] */
PIRP IoGetTopLevelIrp(VOID);
VOID IoSetTopLevelIrp(PIRP Irp);

/* TRUE: whoever sent it waits for it. [D] */
BOOLEAN IoIsOperationSynchronous(PIRP Irp);

/* KernelMode: every thread here is one of the kernel's, unless expool_device_* sends a request.
 * [P] */
KPROCESSOR_MODE ExGetPreviousMode(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
