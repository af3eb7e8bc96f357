/* rtl_unicode_number.c - numbers and GUIDs as counted strings, and back. */
#include "expool/unicode_string.h"

#include "kernel/rtl_string.h"

#include <string.h>

enum { GUID_LETTERS = 38, HEX_LETTERS_A_BYTE = 2 };

/* Where each byte of a GUID stands in its text, in memory order. */
static const unsigned char guid_places[sizeof(GUID)] = {
    7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35,
};
static const char guid_form[GUID_LETTERS + 1] = "{........-....-....-....-............}";

NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String)
{
    unsigned base = digits_base(Base);
    if (base == 1)
        return STATUS_INVALID_PARAMETER;
    char digits[INTEGER_LETTERS_MAX];
    size_t count = digits_write(digits + sizeof digits, Value, base);
    if ((count + 1) * sizeof(WCHAR) > String->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    for (size_t i = 0; i < count; i++)
        String->Buffer[i] = (WCHAR)digits[sizeof digits - count + i];
    String->Buffer[count] = 0;
    String->Length = (USHORT)(count * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
    return RtlInt64ToUnicodeString(Value, Base, String);
}

NTSTATUS RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
                                 PWSTR *EndPointer)
{
    const struct digits_source source = {String->Buffer, String->Length / sizeof(WCHAR), true};
    uint64_t value;
    size_t used;
    NTSTATUS status = digits_read(&source, Base, &value, &used);
    if (!NT_SUCCESS(status))
        return status;
    *Number = (LONG64)value;
    if (EndPointer != NULL)
        *EndPointer = String->Buffer + used;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
    LONG64 value;
    NTSTATUS status = RtlUnicodeStringToInt64(String, Base, &value, NULL);
    if (NT_SUCCESS(status))
        *Value = (ULONG)value;
    return status;
}

NTSTATUS RtlStringFromGUID(REFGUID Guid, PUNICODE_STRING GuidString)
{
    PWSTR text = string_allocate((GUID_LETTERS + 1) * sizeof(WCHAR));
    if (text == NULL)
        return STATUS_NO_MEMORY;
    unsigned char bytes[sizeof(GUID)];
    memcpy(bytes, Guid, sizeof bytes);
    for (size_t i = 0; i <= GUID_LETTERS; i++)
        text[i] = (WCHAR)guid_form[i];
    for (size_t i = 0; i < sizeof bytes; i++) {
        text[guid_places[i]] = (WCHAR) "0123456789ABCDEF"[bytes[i] >> 4];
        text[guid_places[i] + 1] = (WCHAR) "0123456789ABCDEF"[bytes[i] & 0xf];
    }
    GuidString->Buffer = text;
    GuidString->Length = GUID_LETTERS * sizeof(WCHAR);
    GuidString->MaximumLength = (GUID_LETTERS + 1) * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

static bool is_hex(WCHAR letter)
{
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
           (letter >= 'A' && letter <= 'F');
}

static bool has_guid_form(PCUNICODE_STRING string)
{
    if (string->Length != GUID_LETTERS * sizeof(WCHAR))
        return false;
    for (size_t i = 0; i < GUID_LETTERS; i++) {
        WCHAR letter = string->Buffer[i];
        if (guid_form[i] == '.' ? !is_hex(letter) : letter != (WCHAR)guid_form[i])
            return false;
    }
    return true;
}

NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid)
{
    if (!has_guid_form(GuidString))
        return STATUS_INVALID_PARAMETER;
    unsigned char bytes[sizeof(GUID)] = {0};
    for (size_t i = 0; i < sizeof bytes; i++) {
        const struct digits_source source = {GuidString->Buffer + guid_places[i],
                                             HEX_LETTERS_A_BYTE, true};
        uint64_t value = 0;
        size_t used;
        (void)digits_read(&source, 16, &value, &used);
        bytes[i] = (unsigned char)value;
    }
    memcpy(Guid, bytes, sizeof bytes);
    return STATUS_SUCCESS;
}
