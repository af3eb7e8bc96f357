/* expool/irql.h - the simulated IRQL: a number each thread has, as each processor has on
 * Windows. */
#ifndef EXPOOL_IRQL_H
#define EXPOOL_IRQL_H

#include "expool/types.h"

#define PASSIVE_LEVEL  0
#define LOW_LEVEL      0
#define APC_LEVEL      1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL     5
#define SYNCH_LEVEL    12
#define CLOCK_LEVEL    13
#define IPI_LEVEL      14
#define DRS_LEVEL      14
#define POWER_LEVEL    14
#define PROFILE_LEVEL  15
#define HIGH_LEVEL     15

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The calling thread's IRQL; PASSIVE_LEVEL when it starts. Any IRQL. [D] */
KIRQL KeGetCurrentIrql(VOID);

/* Raises to NewIrql and returns the level before. NewIrql: the current level to HIGH_LEVEL, else
 * bug check 0x09, under the verifier 0xC4/0x30, and the level stays. [D][P] */
KIRQL KfRaiseIrql(KIRQL NewIrql);

/* Raises to DISPATCH_LEVEL and returns the level before. At most DISPATCH_LEVEL. [D] */
KIRQL KeRaiseIrqlToDpcLevel(VOID);

/* Lowers to NewIrql, the value the matching raise returned. Above the current level: bug check
 * 0x0A, under the verifier 0xC4/0x31, and the level stays. [D][P] */
VOID KeLowerIrql(KIRQL NewIrql);

#pragma GCC visibility pop

#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = KfRaiseIrql(NewIrql))
#define KfLowerIrql(NewIrql)          KeLowerIrql(NewIrql)
#define KeRaiseIrqlToSynchLevel()     KfRaiseIrql(SYNCH_LEVEL)

#ifdef __cplusplus
}
#endif
#endif
