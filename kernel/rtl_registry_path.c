#include "kernel/rtl_registry_path.h"

#include "kernel/registry.h"
#include "pool/ddi.h"

#include <stdlib.h>
#include <string.h>

#define MACHINE u"\\Registry\\Machine\\"

static const WCHAR *const places[RTL_REGISTRY_MAXIMUM] = {
    [RTL_REGISTRY_ABSOLUTE] = u"",
    [RTL_REGISTRY_SERVICES] = MACHINE u"System\\CurrentControlSet\\Services\\",
    [RTL_REGISTRY_CONTROL] = MACHINE u"System\\CurrentControlSet\\Control\\",
    [RTL_REGISTRY_WINDOWS_NT] = MACHINE u"Software\\Microsoft\\Windows NT\\CurrentVersion\\",
    [RTL_REGISTRY_DEVICEMAP] = MACHINE u"Hardware\\DeviceMap\\",
    [RTL_REGISTRY_USER] = u"\\Registry\\User\\.Default\\",
};

void registry_text(UNICODE_STRING *text, const WCHAR *letters)
{
    size_t count = 0;
    while (letters != NULL && letters[count] != 0)
        count++;
    USHORT bytes = (USHORT)(count * sizeof(WCHAR));
    *text = (UNICODE_STRING){bytes, bytes, (WCHAR *)(uintptr_t)letters};
}

static NTSTATUS open_named(HANDLE root, UNICODE_STRING *name, bool create, HANDLE *key)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root,
                               NULL);
    if (create)
        registry_make_key(name);
    return ZwOpenKey(key, KEY_ALL_ACCESS, &attributes);
}

NTSTATUS registry_open_below(HANDLE root, PCWSTR path, HANDLE *key)
{
    UNICODE_STRING name;
    registry_text(&name, path);
    return open_named(root, &name, false, key);
}

NTSTATUS registry_open(ULONG relative_to, PCWSTR path, bool create, HANDLE *key)
{
    ULONG place = relative_to & ~(RTL_REGISTRY_OPTIONAL | RTL_REGISTRY_HANDLE);
    if ((relative_to & RTL_REGISTRY_HANDLE) != 0) {
        *key = (HANDLE)(uintptr_t)path;
        return STATUS_SUCCESS;
    }
    if (place >= RTL_REGISTRY_MAXIMUM)
        return STATUS_INVALID_PARAMETER;
    UNICODE_STRING front;
    UNICODE_STRING back;
    registry_text(&front, places[place]);
    registry_text(&back, path);
    size_t bytes = (size_t)front.Length + back.Length;
    UNICODE_STRING name = {(USHORT)bytes, (USHORT)bytes, malloc(bytes + sizeof(WCHAR))};
    if (name.Buffer == NULL || bytes > UNICODE_STRING_MAX_BYTES) {
        free(name.Buffer);
        return STATUS_NO_MEMORY;
    }
    if (front.Length != 0)
        memcpy(name.Buffer, front.Buffer, front.Length);
    if (back.Length != 0)
        memcpy((PUCHAR)name.Buffer + front.Length, back.Buffer, back.Length);
    NTSTATUS status = open_named(NULL, &name, create, key);
    free(name.Buffer);
    return status;
}

void registry_done(ULONG relative_to, HANDLE key)
{
    if ((relative_to & RTL_REGISTRY_HANDLE) == 0)
        ZwClose(key);
}

NTSTATUS RtlWriteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName, ULONG ValueType,
                               PVOID ValueData, ULONG ValueLength)
{
    DDI_LEVEL(RtlWriteRegistryValue);
    HANDLE key;
    UNICODE_STRING name;
    NTSTATUS status = registry_open(RelativeTo, Path, true, &key);
    if (!NT_SUCCESS(status))
        return status;
    registry_text(&name, ValueName);
    status = ZwSetValueKey(key, &name, 0, ValueType, ValueData, ValueLength);
    registry_done(RelativeTo, key);
    return status;
}

NTSTATUS RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName)
{
    DDI_LEVEL(RtlDeleteRegistryValue);
    HANDLE key;
    UNICODE_STRING name;
    NTSTATUS status = registry_open(RelativeTo, Path, false, &key);
    if (!NT_SUCCESS(status))
        return status;
    registry_text(&name, ValueName);
    status = ZwDeleteValueKey(key, &name);
    registry_done(RelativeTo, key);
    return status;
}

NTSTATUS RtlCheckRegistryKey(ULONG RelativeTo, PWSTR Path)
{
    HANDLE key;
    NTSTATUS status = registry_open(RelativeTo, Path, false, &key);
    if (NT_SUCCESS(status))
        registry_done(RelativeTo, key);
    return status;
}

NTSTATUS RtlCreateRegistryKey(ULONG RelativeTo, PWSTR Path)
{
    DDI_LEVEL(RtlCreateRegistryKey);
    HANDLE key;
    NTSTATUS status = registry_open(RelativeTo, Path, true, &key);
    if (NT_SUCCESS(status))
        registry_done(RelativeTo, key);
    return status;
}
