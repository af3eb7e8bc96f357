/* expool/interrupt.h - interrupts: a service routine called at device level when the host says so
 * (expool_interrupt), and the device's own DPC behind it. [H] */
#ifndef EXPOOL_INTERRUPT_H
#define EXPOOL_INTERRUPT_H

#include "expool/device.h"
#include "expool/irp.h"

typedef struct _KINTERRUPT *PKINTERRUPT;
typedef BOOLEAN KSERVICE_ROUTINE(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID SynchronizeContext);
typedef VOID IO_DPC_ROUTINE(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
typedef KSERVICE_ROUTINE *PKSERVICE_ROUTINE;
typedef KSYNCHRONIZE_ROUTINE *PKSYNCHRONIZE_ROUTINE;
typedef IO_DPC_ROUTINE *PIO_DPC_ROUTINE;

typedef enum _KINTERRUPT_MODE { LevelSensitive, Latched } KINTERRUPT_MODE;

/* The device's DPC: DpcRoutine gets the device, Irp and Context. [H] */
#define IoInitializeDpcRequest(DeviceObject, DpcRoutine)                                           \
    KeInitializeDpc(&(DeviceObject)->Dpc, (PKDEFERRED_ROUTINE)(void (*)(void))(DpcRoutine),        \
                    (DeviceObject))
#define IoRequestDpc(DeviceObject, Irp, Context)                                                   \
    KeInsertQueueDpc(&(DeviceObject)->Dpc, (Irp), (Context))

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* SpinLock may be NULL: the interrupt has one of its own. Processors and mode say nothing here [P].
 * STATUS_INVALID_PARAMETER: no routine, or Irql above SynchronizeIrql;
 * STATUS_INSUFFICIENT_RESOURCES: no memory, or more than 32. PASSIVE_LEVEL. [D] */
NTSTATUS IoConnectInterrupt(PKINTERRUPT *InterruptObject, PKSERVICE_ROUTINE ServiceRoutine,
                            PVOID ServiceContext, PKSPIN_LOCK SpinLock, ULONG Vector, KIRQL Irql,
                            KIRQL SynchronizeIrql, KINTERRUPT_MODE InterruptMode,
                            BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
                            BOOLEAN FloatingSave);
/* Waits until its routine is not running. PASSIVE_LEVEL. [D] */
VOID IoDisconnectInterrupt(PKINTERRUPT InterruptObject);

/* The routine runs at the interrupt's level, holding its lock. At most that level. [D] */
BOOLEAN KeSynchronizeExecution(PKINTERRUPT Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine,
                               PVOID SynchronizeContext);
KIRQL KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt);
VOID KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql);

/* Ours: the device interrupts. Calls the routines of that vector in the order of their making, on
 * the calling thread at their level, until one says it is its own; how many were called. At most
 * DISPATCH_LEVEL. */
unsigned expool_interrupt(ULONG vector);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
