/* expool/bugcheck.h - stop codes, and stopping. How a stop ends is the host's to say:
 * expool/host.h. [D] */
#ifndef EXPOOL_BUGCHECK_H
#define EXPOOL_BUGCHECK_H

#include "expool/seh.h"
#include "expool/status.h"

#define IRQL_NOT_DISPATCH_LEVEL                    0x00000008
#define IRQL_NOT_GREATER_OR_EQUAL                  0x00000009
#define IRQL_NOT_LESS_OR_EQUAL                     0x0000000A
#define SPIN_LOCK_ALREADY_OWNED                    0x0000000F
#define SPIN_LOCK_NOT_OWNED                        0x00000010
#define BAD_POOL_HEADER                            0x00000019
#define MEMORY_MANAGEMENT                          0x0000001A
#define KMODE_EXCEPTION_NOT_HANDLED                0x0000001E
#define MUST_SUCCEED_POOL_EMPTY                    0x00000041
#define PAGE_FAULT_IN_NONPAGED_AREA                0x00000050
#define SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION    0x000000C1
#define BAD_POOL_CALLER                            0x000000C2
#define DRIVER_VERIFIER_DETECTED_VIOLATION         0x000000C4
#define DRIVER_CORRUPTED_EXPOOL                    0x000000C5
#define DRIVER_CAUGHT_MODIFYING_FREED_POOL         0x000000C6
#define IRQL_UNEXPECTED_VALUE                      0x000000C8
#define PAGE_FAULT_IN_FREED_SPECIAL_POOL           0x000000CC
#define PAGE_FAULT_BEYOND_END_OF_ALLOCATION        0x000000CD
#define DRIVER_CORRUPTED_MMPOOL                    0x000000D0
#define DRIVER_IRQL_NOT_LESS_OR_EQUAL              0x000000D1
#define DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL    0x000000D5
#define DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION 0x000000D6
#define MANUALLY_INITIATED_CRASH                   0x000000E2
#define ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY      0x000000FC
#define KERNEL_SECURITY_CHECK_FAILURE              0x00000139
#define KERNEL_MODE_HEAP_CORRUPTION                0x0000013A

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Stops with the five numbers. Does not return, whatever the host answers. Any IRQL. */
DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                    ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
                                    ULONG_PTR BugCheckParameter4);
DECLSPEC_NORETURN VOID KeBugCheck(ULONG BugCheckCode);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
