/* pnp_property.c - what the registry says of a device: \Enum\EXPOOL\name has its properties,
 * \Enum\EXPOOL\name\Device Parameters is its key, \Control\Class\EXPOOL\name its driver's. */
#include "kernel/plug_play.h"

#include "kernel/driver_name.h"
#include "kernel/object.h"
#include "kernel/wide.h"

#include "expool/driver.h"
#include "pool/ddi.h"
#include "pool/util.h"

#include <stdio.h>
#include <string.h>

#define SYSTEM_KEY "\\Registry\\Machine\\System\\CurrentControlSet\\"

enum { PATH_LETTERS = 256, VALUE_BYTES = 1024 };

/* Names of values by property; NULL: not modelled, or not of the registry. */
static const char *const value_names[] = {
    [DevicePropertyDeviceDescription] = "DeviceDesc",
    [DevicePropertyHardwareID] = "HardwareID",
    [DevicePropertyCompatibleIDs] = "CompatibleIDs",
    [DevicePropertyClassName] = "Class",
    [DevicePropertyClassGuid] = "ClassGUID",
    [DevicePropertyDriverKeyName] = "Driver",
    [DevicePropertyManufacturer] = "Mfg",
    [DevicePropertyFriendlyName] = "FriendlyName",
    [DevicePropertyLocationInformation] = "LocationInformation",
    [DevicePropertyEnumeratorName] = "Enumerator",
    [DevicePropertyAddress] = "Address",
    [DevicePropertyUINumber] = "UINumber",
    [DevicePropertyContainerID] = "ContainerID",
};

bool plug_play_is_pdo(PDEVICE_OBJECT device)
{
    return device != NULL && (device->Flags & DO_BUS_ENUMERATED_DEVICE) != 0;
}

/* front, the last part of the device's name, back; false: too long, or no name. */
static bool path_of(PDEVICE_OBJECT pdo, const char *front, const char *back, char *path)
{
    UNICODE_STRING name;
    if (!object_name_of(pdo, &name))
        return false;
    size_t letters = wide_length(&name);
    size_t begin = letters;
    while (begin > 0 && name.Buffer[begin - 1] != '\\')
        begin--;
    size_t at = (size_t)snprintf(path, PATH_LETTERS, SYSTEM_KEY "%sEXPOOL\\", front);
    if (at + (letters - begin) + strlen(back) >= PATH_LETTERS)
        return false;
    for (size_t i = begin; i < letters; i++)
        path[at++] = (char)name.Buffer[i];
    memcpy(path + at, back, strlen(back) + 1);
    return true;
}

void plug_play_forget(PDEVICE_OBJECT pdo)
{
    char path[PATH_LETTERS];
    if (path_of(pdo, "Enum\\", "", path))
        expool_registry_remove(path);
    if (path_of(pdo, "Control\\Class\\", "", path))
        expool_registry_remove(path);
}

NTSTATUS expool_pnp_set_text(PDEVICE_OBJECT pdo, DEVICE_REGISTRY_PROPERTY property,
                             const char *text)
{
    char path[PATH_LETTERS];
    if ((size_t)property >= COUNT_OF(value_names) || value_names[property] == NULL)
        return STATUS_INVALID_PARAMETER;
    if (!plug_play_is_pdo(pdo) || !path_of(pdo, "Enum\\", "", path))
        return STATUS_INVALID_DEVICE_REQUEST;
    int result = expool_registry_set_text(path, value_names[property], text);
    return result == 0 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS open_path(const char *path, ACCESS_MASK access, HANDLE *handle)
{
    struct wide_name name;
    OBJECT_ATTRIBUTES attributes;
    if (!wide_name_make(&name, path, ""))
        return STATUS_INSUFFICIENT_RESOURCES;
    InitializeObjectAttributes(&attributes, &name.text, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                               NULL, NULL);
    NTSTATUS status = ZwOpenKey(handle, access, &attributes);
    wide_name_free(&name);
    return status;
}

NTSTATUS IoOpenDeviceRegistryKey(PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType,
                                 ACCESS_MASK DesiredAccess, PHANDLE KeyHandle)
{
    DDI_LEVEL(IoOpenDeviceRegistryKey);
    char path[PATH_LETTERS];
    *KeyHandle = NULL;
    bool is_driver = (DevInstKeyType & PLUGPLAY_REGKEY_DRIVER) != 0;
    bool is_device = (DevInstKeyType & PLUGPLAY_REGKEY_DEVICE) != 0;
    if (is_driver == is_device)
        return STATUS_INVALID_PARAMETER;
    if (!plug_play_is_pdo(DeviceObject) ||
        !path_of(DeviceObject, is_driver ? "Control\\Class\\" : "Enum\\",
                 is_driver ? "" : "\\Device Parameters", path))
        return STATUS_INVALID_DEVICE_REQUEST;
    if (expool_registry_set(path, NULL, NULL) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    return open_path(path, DesiredAccess, KeyHandle);
}

/* Bytes that the caller has room for; *ResultLength is what there is. */
static NTSTATUS hand_over(const void *data, ULONG bytes, ULONG room, void *buffer, ULONG *needed)
{
    *needed = bytes;
    if (bytes > room)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(buffer, data, bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS name_property(PDEVICE_OBJECT device, ULONG room, void *buffer, ULONG *needed)
{
    WCHAR text[PATH_LETTERS] = {0};
    UNICODE_STRING name;
    if (!object_name_of(device, &name) || name.Length >= sizeof(text))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    memcpy(text, name.Buffer, name.Length);
    return hand_over(text, name.Length + (ULONG)sizeof(WCHAR), room, buffer, needed);
}

static NTSTATUS registry_property(HANDLE key, const char *value_name, ULONG room, void *buffer,
                                  ULONG *needed)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION information;
        unsigned char bytes[VALUE_BYTES];
    } value;
    struct wide_name name;
    ULONG length;
    if (!wide_name_make(&name, value_name, ""))
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = ZwQueryValueKey(key, &name.text, KeyValuePartialInformation, &value,
                                      sizeof(value), &length);
    wide_name_free(&name);
    if (!NT_SUCCESS(status))
        return status;
    return hand_over(value.information.Data, value.information.DataLength, room, buffer, needed);
}

NTSTATUS IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject, DEVICE_REGISTRY_PROPERTY DeviceProperty,
                             ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength)
{
    char path[PATH_LETTERS];
    HANDLE key;
    *ResultLength = 0;
    if (!plug_play_is_pdo(DeviceObject) || !path_of(DeviceObject, "Enum\\", "", path))
        return STATUS_INVALID_DEVICE_REQUEST;
    if (DeviceProperty == DevicePropertyPhysicalDeviceObjectName)
        return name_property(DeviceObject, BufferLength, PropertyBuffer, ResultLength);
    if ((size_t)DeviceProperty >= COUNT_OF(value_names) || value_names[DeviceProperty] == NULL ||
        !NT_SUCCESS(open_path(path, KEY_READ, &key)))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    NTSTATUS status = registry_property(key, value_names[DeviceProperty], BufferLength,
                                        PropertyBuffer, ResultLength);
    ZwClose(key);
    return status;
}
