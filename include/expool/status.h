/* expool/status.h - NTSTATUS: what a value says, and the values. [H] */
#ifndef EXPOOL_STATUS_H
#define EXPOOL_STATUS_H

#include "expool/types.h"

#define NT_SUCCESS(Status)     (((NTSTATUS)(Status)) >= 0)
#define NT_INFORMATION(Status) ((((ULONG)(Status)) >> 30) == 1)
#define NT_WARNING(Status)     ((((ULONG)(Status)) >> 30) == 2)
#define NT_ERROR(Status)       ((((ULONG)(Status)) >> 30) == 3)

#define NT_CUSTOMER_SHIFT   29
#define NT_CUSTOMER(Status) ((((ULONG)(Status)) >> NT_CUSTOMER_SHIFT) & 1)
#define NT_FACILITY_MASK    0xfff
#define NT_FACILITY_SHIFT   16
#define NT_FACILITY(Status) ((((ULONG)(Status)) >> NT_FACILITY_SHIFT) & NT_FACILITY_MASK)

#define STATUS_SEVERITY_SUCCESS       0x0
#define STATUS_SEVERITY_INFORMATIONAL 0x1
#define STATUS_SEVERITY_WARNING       0x2
#define STATUS_SEVERITY_ERROR         0x3

#include "expool/status_error.h"
#include "expool/status_error_late.h"
#include "expool/status_error_more.h"
#include "expool/status_success.h"

#endif
