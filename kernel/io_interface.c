/* io_interface.c - device interfaces. The link's name leads back to the device: what lies between
 * the first two '#' is the name behind \Device\. */
#include "expool/device_interface.h"

#include "expool/pool.h"
#include "expool/process_notify.h"
#include "kernel/object.h"
#include "kernel/plug_play.h"
#include "kernel/wide.h"
#include "pool/ddi.h"

#include <string.h>

enum { TAG_LINK = 'lIoI', GUID_LETTERS = 38 };

static const WCHAR front[] = u"\\??\\EXPOOL#";
static const WCHAR device_front[] = u"\\Device\\";

#define LETTERS_OF(text) (sizeof(text) / sizeof((text)[0]) - 1)

static WCHAR digit(unsigned value)
{
    return (WCHAR)(value < 10 ? '0' + value : 'a' + value - 10);
}

static WCHAR *put_hex(WCHAR *to, uint64_t value, unsigned digits)
{
    while (digits-- > 0)
        *to++ = digit((unsigned)(value >> (4 * digits)) & 15);
    return to;
}

static WCHAR *put_guid(WCHAR *to, const GUID *guid)
{
    *to++ = '{';
    to = put_hex(to, guid->Data1, 8);
    *to++ = '-';
    to = put_hex(to, guid->Data2, 4);
    *to++ = '-';
    to = put_hex(to, guid->Data3, 4);
    *to++ = '-';
    for (unsigned i = 0; i < sizeof(guid->Data4); i++) {
        if (i == 2)
            *to++ = '-';
        to = put_hex(to, guid->Data4[i], 2);
    }
    *to++ = '}';
    return to;
}

static WCHAR *put(WCHAR *to, const WCHAR *text, size_t letters)
{
    memcpy(to, text, letters * sizeof(WCHAR));
    return to + letters;
}

NTSTATUS IoRegisterDeviceInterface(PDEVICE_OBJECT PhysicalDeviceObject,
                                   const GUID *InterfaceClassGuid, PUNICODE_STRING ReferenceString,
                                   PUNICODE_STRING SymbolicLinkName)
{
    DDI_LEVEL(IoRegisterDeviceInterface);
    UNICODE_STRING name;
    if (!object_name_of(PhysicalDeviceObject, &name) ||
        !wide_begins(name.Buffer, wide_length(&name), "\\Device\\"))
        return STATUS_INVALID_DEVICE_REQUEST;
    size_t own = wide_length(&name) - LETTERS_OF(device_front);
    size_t reference = wide_length(ReferenceString);
    size_t letters = LETTERS_OF(front) + own + 1 + GUID_LETTERS + (reference != 0) + reference;
    WCHAR *text = ExAllocatePool2(POOL_FLAG_PAGED, (letters + 1) * sizeof(WCHAR), TAG_LINK);
    if (text == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    WCHAR *to = put(text, front, LETTERS_OF(front));
    to = put(to, name.Buffer + LETTERS_OF(device_front), own);
    *to++ = '#';
    to = put_guid(to, InterfaceClassGuid);
    if (reference != 0) {
        *to++ = '\\';
        put(to, ReferenceString->Buffer, reference);
    }
    USHORT bytes = (USHORT)(letters * sizeof(WCHAR));
    *SymbolicLinkName = (UNICODE_STRING){bytes, (USHORT)(bytes + sizeof(WCHAR)), text};
    return STATUS_SUCCESS;
}

static NTSTATUS take_away(PUNICODE_STRING name)
{
    NTSTATUS status = object_unlink(name);
    if (NT_SUCCESS(status))
        plug_play_tell_interface(name, false);
    return status;
}

NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING SymbolicLinkName, BOOLEAN Enable)
{
    DDI_LEVEL(IoSetDeviceInterfaceState);
    WCHAR target[MAX_PATH];
    size_t letters = wide_length(SymbolicLinkName);
    const WCHAR *text = SymbolicLinkName->Buffer;
    if (!wide_begins(text, letters, "\\??\\EXPOOL#"))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!Enable)
        return take_away(SymbolicLinkName);
    size_t end = LETTERS_OF(front);
    while (end < letters && text[end] != '#')
        end++;
    size_t own = end - LETTERS_OF(front);
    if (own + LETTERS_OF(device_front) > MAX_PATH)
        return STATUS_OBJECT_NAME_INVALID;
    put(put(target, device_front, LETTERS_OF(device_front)), text + LETTERS_OF(front), own);
    USHORT bytes = (USHORT)((LETTERS_OF(device_front) + own) * sizeof(WCHAR));
    const UNICODE_STRING name = {bytes, bytes, target};
    NTSTATUS status = object_link(SymbolicLinkName, &name);
    if (NT_SUCCESS(status))
        plug_play_tell_interface(SymbolicLinkName, true);
    return status == STATUS_OBJECT_NAME_COLLISION ? STATUS_OBJECT_NAME_EXISTS : status;
}

PEPROCESS IoGetRequestorProcess(PIRP Irp)
{
    (void)Irp;
    return PsGetCurrentProcess();
}

ULONG IoGetRequestorProcessId(PIRP Irp)
{
    (void)Irp;
    return HandleToULong(PsGetCurrentProcessId());
}
