/* io_driver_key.c - keys of a driver in the registry, drives of volumes. */
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/device.h"
#include "expool/pool.h"
#include "expool/registry.h"
#include "expool/unicode_string.h"

#include <uchar.h>

enum { TAG_DOS_NAME = 'sDoI', KEY_LETTERS = 256 };

static const char16_t services[] = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";

NTSTATUS IoOpenDriverRegistryKey(PDRIVER_OBJECT DriverObject, DRIVER_REGKEY_TYPE RegKeyType,
                                 ACCESS_MASK DesiredAccess, ULONG Flags, PHANDLE DriverRegKey)
{
    WCHAR letters[KEY_LETTERS];
    UNICODE_STRING path = {0, sizeof(letters), letters};
    OBJECT_ATTRIBUTES attributes;
    *DriverRegKey = NULL;
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER_4;
    if (RegKeyType != DriverRegKeyParameters && RegKeyType != DriverRegKeyPersistentState)
        return STATUS_NOT_SUPPORTED;
    RtlAppendUnicodeToString(&path, services);
    RtlAppendUnicodeStringToString(&path, &DriverObject->DriverExtension->ServiceKeyName);
    NTSTATUS status = RtlAppendUnicodeToString(
        &path, RegKeyType == DriverRegKeyParameters ? u"\\Parameters" : u"\\PersistentState");
    if (!NT_SUCCESS(status))
        return status;
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwCreateKey(DriverRegKey, DesiredAccess, &attributes, 0, NULL, REG_OPTION_NON_VOLATILE,
                       NULL);
}

static bool is_drive(char16_t letter, const void *device)
{
    WCHAR letters[] = u"\\DosDevices\\?:";
    UNICODE_STRING name;
    letters[sizeof(letters) / sizeof(WCHAR) - 3] = letter;
    RtlInitUnicodeString(&name, letters);
    void *found = object_find(&name, NULL);
    if (found != NULL)
        object_release(found);
    return found == device;
}

NTSTATUS IoVolumeDeviceToDosName(PVOID VolumeDeviceObject, PUNICODE_STRING DosName)
{
    *DosName = (UNICODE_STRING){0};
    for (unsigned letter = 'A'; letter <= 'Z'; letter++) {
        if (!is_drive((char16_t)letter, VolumeDeviceObject))
            continue;
        DosName->Buffer =
            ExAllocatePool2(POOL_FLAG_PAGED, POOL_SIZE(sizeof(WCHAR[3])), TAG_DOS_NAME);
        if (DosName->Buffer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        DosName->Buffer[0] = (WCHAR)letter;
        DosName->Buffer[1] = ':';
        DosName->Length = sizeof(WCHAR[2]);
        DosName->MaximumLength = sizeof(WCHAR[3]);
        return STATUS_SUCCESS;
    }
    return STATUS_NOT_FOUND;
}
