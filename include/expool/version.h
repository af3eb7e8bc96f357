/* expool/version.h - the version of Windows that is here: 10.0.22621, a workstation; whatever
 * NTDDI_VERSION the driver is compiled for. PASSIVE_LEVEL. [D][P] */
#ifndef EXPOOL_VERSION_H
#define EXPOOL_VERSION_H

#include "expool/status.h"

typedef struct _OSVERSIONINFOW {
    ULONG dwOSVersionInfoSize;
    ULONG dwMajorVersion;
    ULONG dwMinorVersion;
    ULONG dwBuildNumber;
    ULONG dwPlatformId;
    WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXW {
    ULONG dwOSVersionInfoSize;
    ULONG dwMajorVersion;
    ULONG dwMinorVersion;
    ULONG dwBuildNumber;
    ULONG dwPlatformId;
    WCHAR szCSDVersion[128];
    USHORT wServicePackMajor;
    USHORT wServicePackMinor;
    USHORT wSuiteMask;
    UCHAR wProductType;
    UCHAR wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW, RTL_OSVERSIONINFOEXW,
    *PRTL_OSVERSIONINFOEXW;

#define VER_PLATFORM_WIN32_NT           2
#define VER_NT_WORKSTATION              1
#define VER_NT_DOMAIN_CONTROLLER        2
#define VER_NT_SERVER                   3
#define VER_SUITE_SINGLEUSERTS          0x0100
#define VER_EQUAL                       1
#define VER_GREATER                     2
#define VER_GREATER_EQUAL               3
#define VER_LESS                        4
#define VER_LESS_EQUAL                  5
#define VER_AND                         6
#define VER_OR                          7
#define VER_CONDITION_MASK              7
#define VER_NUM_BITS_PER_CONDITION_MASK 3
#define VER_MINORVERSION                0x0000001
#define VER_MAJORVERSION                0x0000002
#define VER_BUILDNUMBER                 0x0000004
#define VER_PLATFORMID                  0x0000008
#define VER_SERVICEPACKMINOR            0x0000010
#define VER_SERVICEPACKMAJOR            0x0000020
#define VER_SUITENAME                   0x0000040
#define VER_PRODUCT_TYPE                0x0000080

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* dwOSVersionInfoSize says which of the two structures it is; another size:
 * STATUS_INVALID_PARAMETER. */
NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation);
/* The same numbers; any of the four may be NULL. CSDVersion is made empty. FALSE: it is no checked
 * build. PASSIVE_LEVEL. [D] */
BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                     PUNICODE_STRING CSDVersion);
/* STATUS_SUCCESS when what is here compares with VersionInfo as ConditionMask says, field by field
 * of TypeMask; versions and service packs as one number, the first condition for all its parts.
 * STATUS_REVISION_MISMATCH when not, STATUS_INVALID_PARAMETER for masks without sense. */
NTSTATUS RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask,
                              ULONGLONG ConditionMask);
/* ConditionMask with Condition for each type of TypeMask. */
ULONGLONG VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition);
/* TRUE when that release (NTDDI_...), its service pack not looked at, or an earlier one is here. */
BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version);
/* TRUE when it is this release, or an earlier one, with that service pack. */
BOOLEAN RtlIsServicePackVersionInstalled(ULONG Version);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define IsNtddiVersionAvailable(Version) RtlIsNtDdiVersionAvailable(Version)
#define VER_SET_CONDITION(Mask, TypeMask, Condition)                                               \
    ((Mask) = VerSetConditionMask((Mask), (TypeMask), (Condition)))

#endif
