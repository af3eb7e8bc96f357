#include "expool/version.h"

#include "pool/ddi.h"
#include "pool/util.h"

#include <stdbool.h>
#include <string.h>

enum { VERSION_MAJOR = 10, VERSION_MINOR = 0, BUILD = 22621 };

#define NTDDI_HERE NTDDI_WIN10_NI

/* A field that can be asked for; more of one kind are compared as one number. */
struct field {
    ULONG type;
    size_t offset;
    size_t bytes;
};
#define FIELD(type, name)                                                                          \
    {                                                                                              \
        type, offsetof(RTL_OSVERSIONINFOEXW, name), RTL_FIELD_SIZE(RTL_OSVERSIONINFOEXW, name)     \
    }

/* The parts of the version, the weightiest first. */
static const struct field version_fields[] = {
    FIELD(VER_MAJORVERSION, dwMajorVersion),
    FIELD(VER_MINORVERSION, dwMinorVersion),
    FIELD(VER_SERVICEPACKMAJOR, wServicePackMajor),
    FIELD(VER_SERVICEPACKMINOR, wServicePackMinor),
};
/* Compared each for itself. */
static const struct field other_fields[] = {
    FIELD(VER_BUILDNUMBER, dwBuildNumber),
    FIELD(VER_PLATFORMID, dwPlatformId),
    FIELD(VER_PRODUCT_TYPE, wProductType),
};

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation)
{
    ULONG size = VersionInformation->dwOSVersionInfoSize;
    if (size != sizeof(RTL_OSVERSIONINFOW) && size != sizeof(RTL_OSVERSIONINFOEXW))
        return STATUS_INVALID_PARAMETER;
    const RTL_OSVERSIONINFOEXW here = {
        .dwOSVersionInfoSize = size,
        .dwMajorVersion = VERSION_MAJOR,
        .dwMinorVersion = VERSION_MINOR,
        .dwBuildNumber = BUILD,
        .dwPlatformId = VER_PLATFORM_WIN32_NT,
        .wSuiteMask = VER_SUITE_SINGLEUSERTS,
        .wProductType = VER_NT_WORKSTATION,
    };
    memcpy(VersionInformation, &here, size);
    return STATUS_SUCCESS;
}

static void put(PULONG to, ULONG value)
{
    if (to != NULL)
        *to = value;
}

BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                     PUNICODE_STRING CSDVersion)
{
    DDI_LEVEL(PsGetVersion);
    put(MajorVersion, VERSION_MAJOR);
    put(MinorVersion, VERSION_MINOR);
    put(BuildNumber, BUILD);
    if (CSDVersion != NULL)
        CSDVersion->Length = 0;
    return FALSE;
}

static int64_t value_of(const RTL_OSVERSIONINFOEXW *info, const struct field *field)
{
    ULONG value = 0;
    memcpy(&value, (const char *)info + field->offset, field->bytes);
    return value;
}

/* Three bits for each bit of a type's mask. */
static unsigned condition_of(ULONGLONG mask, ULONG type)
{
    unsigned place = (unsigned)__builtin_ctz(type) * VER_NUM_BITS_PER_CONDITION_MASK;
    return (unsigned)(mask >> place) & VER_CONDITION_MASK;
}

static bool holds(unsigned condition, int64_t difference)
{
    switch (condition) {
    case VER_EQUAL: return difference == 0;
    case VER_GREATER: return difference > 0;
    case VER_GREATER_EQUAL: return difference >= 0;
    case VER_LESS: return difference < 0;
    case VER_LESS_EQUAL: return difference <= 0;
    default: return false;
    }
}

/* The first part that differs decides; the first part asked for says how. */
static bool version_holds(const RTL_OSVERSIONINFOEXW *here, const RTL_OSVERSIONINFOEXW *wanted,
                          ULONG types, ULONGLONG conditions)
{
    unsigned condition = 0;
    for (size_t i = 0; i < COUNT_OF(version_fields); i++) {
        const struct field *field = &version_fields[i];
        if ((types & field->type) == 0)
            continue;
        if (condition == 0)
            condition = condition_of(conditions, field->type);
        int64_t difference = value_of(here, field) - value_of(wanted, field);
        if (difference != 0)
            return holds(condition, difference);
    }
    return condition == 0 || holds(condition, 0);
}

static bool suite_holds(USHORT here, USHORT wanted, unsigned condition)
{
    return condition == VER_AND ? (here & wanted) == wanted : (here & wanted) != 0 || wanted == 0;
}

/* Each type asked for has a condition that goes with it. */
static bool has_conditions(ULONG types, ULONGLONG conditions)
{
    const ULONG all = VER_PRODUCT_TYPE * 2 - 1;
    if (types == 0 || (types & ~all) != 0)
        return false;
    for (ULONG type = 1; type <= VER_PRODUCT_TYPE; type <<= 1) {
        unsigned condition = condition_of(conditions, type);
        bool is_for_suites = condition == VER_AND || condition == VER_OR;
        if ((types & type) != 0 && (condition == 0 || is_for_suites != (type == VER_SUITENAME)))
            return false;
    }
    return true;
}

NTSTATUS RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask,
                              ULONGLONG ConditionMask)
{
    if (!has_conditions(TypeMask, ConditionMask))
        return STATUS_INVALID_PARAMETER;
    RTL_OSVERSIONINFOEXW here = {.dwOSVersionInfoSize = sizeof here};
    (void)RtlGetVersion((PRTL_OSVERSIONINFOW)&here);
    bool is_right = version_holds(&here, VersionInfo, TypeMask, ConditionMask);
    for (size_t i = 0; i < COUNT_OF(other_fields); i++) {
        const struct field *field = &other_fields[i];
        if ((TypeMask & field->type) != 0)
            is_right = is_right && holds(condition_of(ConditionMask, field->type),
                                         value_of(&here, field) - value_of(VersionInfo, field));
    }
    if ((TypeMask & VER_SUITENAME) != 0)
        is_right = is_right && suite_holds(here.wSuiteMask, VersionInfo->wSuiteMask,
                                           condition_of(ConditionMask, VER_SUITENAME));
    return is_right ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
}

ULONGLONG VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition)
{
    for (ULONG type = 1; type <= VER_PRODUCT_TYPE; type <<= 1) {
        if ((TypeMask & type) == 0)
            continue;
        unsigned place = (unsigned)__builtin_ctz(type) * VER_NUM_BITS_PER_CONDITION_MASK;
        ConditionMask &= ~((ULONGLONG)VER_CONDITION_MASK << place);
        ConditionMask |= (ULONGLONG)(Condition & VER_CONDITION_MASK) << place;
    }
    return ConditionMask;
}

BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version)
{
    return Version <= NTDDI_HERE;
}

BOOLEAN RtlIsServicePackVersionInstalled(ULONG Version)
{
    return Version <= NTDDI_HERE;
}
