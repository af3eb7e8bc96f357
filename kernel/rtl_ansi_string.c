#include "expool/ansi_string.h"

#include "kernel/rtl_code_page.h"
#include "kernel/rtl_string.h"

#include <string.h>

VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString)
{
    size_t bytes = SourceString == NULL ? 0 : strlen(SourceString);
    bytes = min(bytes, STRING_BYTES_MAX);
    DestinationString->Length = (USHORT)bytes;
    DestinationString->MaximumLength = SourceString == NULL ? 0 : (USHORT)(bytes + 1);
    DestinationString->Buffer = (PCHAR)(uintptr_t)SourceString;
}

VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
    RtlInitString(DestinationString, SourceString);
}

VOID RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString)
{
    RtlInitString(DestinationString, SourceString);
}

NTSTATUS RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString)
{
    if (SourceString != NULL && strlen(SourceString) > STRING_BYTES_MAX)
        return STATUS_NAME_TOO_LONG;
    RtlInitString(DestinationString, SourceString);
    return STATUS_SUCCESS;
}

NTSTATUS RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString)
{
    return RtlInitStringEx(DestinationString, SourceString);
}

NTSTATUS RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString)
{
    return RtlInitStringEx(DestinationString, SourceString);
}

VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
    DestinationString->Length = 0;
    if (SourceString == NULL)
        return;
    DestinationString->Length = min(SourceString->Length, DestinationString->MaximumLength);
    if (DestinationString->Length != 0)
        memmove(DestinationString->Buffer, SourceString->Buffer, DestinationString->Length);
}

NTSTATUS RtlAppendStringToString(PSTRING Destination, const STRING *Source)
{
    if (Source->Length == 0)
        return STATUS_SUCCESS;
    if (Destination->Length + Source->Length > Destination->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    memmove(Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
    Destination->Length = (USHORT)(Destination->Length + Source->Length);
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendAsciizToString(PSTRING Destination, PCSZ Source)
{
    STRING source;
    if (!NT_SUCCESS(RtlInitStringEx(&source, Source)))
        return STATUS_BUFFER_TOO_SMALL;
    return RtlAppendStringToString(Destination, &source);
}

static int compare(const STRING *first, const STRING *second, size_t count, BOOLEAN ignores_case)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char one = (unsigned char)first->Buffer[i];
        unsigned char two = (unsigned char)second->Buffer[i];
        if (ignores_case) {
            one = code_page_upper(CODE_PAGE_ANSI, one);
            two = code_page_upper(CODE_PAGE_ANSI, two);
        }
        if (one != two)
            return one - two;
    }
    return 0;
}

LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    int order = compare(String1, String2, min(String1->Length, String2->Length), CaseInSensitive);
    return order != 0 ? order : String1->Length - String2->Length;
}

BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    return String1->Length == String2->Length &&
           compare(String1, String2, String1->Length, CaseInSensitive) == 0;
}

BOOLEAN RtlPrefixString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    return String1->Length <= String2->Length &&
           compare(String1, String2, String1->Length, CaseInSensitive) == 0;
}

CHAR RtlUpperChar(CHAR Character)
{
    return (CHAR)code_page_upper(CODE_PAGE_ANSI, (unsigned char)Character);
}

VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString)
{
    USHORT count = min(SourceString->Length, DestinationString->MaximumLength);
    for (USHORT i = 0; i < count; i++)
        DestinationString->Buffer[i] = RtlUpperChar(SourceString->Buffer[i]);
    DestinationString->Length = count;
}

NTSTATUS RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value)
{
    const struct digits_source source = {String, strlen(String), false};
    uint64_t value;
    size_t used;
    NTSTATUS status = digits_read(&source, Base, &value, &used);
    if (NT_SUCCESS(status))
        *Value = (ULONG)value;
    return status;
}

VOID RtlFreeAnsiString(PANSI_STRING AnsiString)
{
    if (AnsiString->Buffer == NULL)
        return;
    string_free(AnsiString->Buffer);
    *AnsiString = (ANSI_STRING){0, 0, NULL};
}

VOID RtlFreeOemString(POEM_STRING OemString)
{
    RtlFreeAnsiString(OemString);
}

VOID RtlFreeUTF8String(PUTF8_STRING Utf8String)
{
    RtlFreeAnsiString(Utf8String);
}
