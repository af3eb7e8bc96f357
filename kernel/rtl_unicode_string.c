#include "expool/unicode_string.h"

#include "kernel/rtl_case.h"
#include "kernel/rtl_string.h"

#include <string.h>

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    size_t bytes = SourceString == NULL ? 0 : wide_length(SourceString) * sizeof(WCHAR);
    bytes = min(bytes, UNICODE_LENGTH_MAX);
    DestinationString->Length = (USHORT)bytes;
    DestinationString->MaximumLength = SourceString == NULL ? 0 : (USHORT)(bytes + sizeof(WCHAR));
    DestinationString->Buffer = (PWSTR)(uintptr_t)SourceString;
}

NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    if (SourceString != NULL && wide_length(SourceString) * sizeof(WCHAR) > UNICODE_LENGTH_MAX)
        return STATUS_NAME_TOO_LONG;
    RtlInitUnicodeString(DestinationString, SourceString);
    return STATUS_SUCCESS;
}

/* A final 0 where one has room. */
static void terminate(PUNICODE_STRING string)
{
    if (string->Length + sizeof(WCHAR) <= string->MaximumLength)
        string->Buffer[string->Length / sizeof(WCHAR)] = 0;
}

VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
    DestinationString->Length = 0;
    if (SourceString == NULL)
        return;
    DestinationString->Length = min(SourceString->Length, DestinationString->MaximumLength);
    if (DestinationString->Length != 0)
        memmove(DestinationString->Buffer, SourceString->Buffer, DestinationString->Length);
    terminate(DestinationString);
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
    if (Source == NULL || Source->Length == 0)
        return STATUS_SUCCESS;
    if (Destination->Length + Source->Length > Destination->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    memmove((PUCHAR)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
    Destination->Length = (USHORT)(Destination->Length + Source->Length);
    terminate(Destination);
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
    UNICODE_STRING source;
    if (!NT_SUCCESS(RtlInitUnicodeStringEx(&source, Source)))
        return STATUS_BUFFER_TOO_SMALL;
    return RtlAppendUnicodeStringToString(Destination, &source);
}

LONG RtlCompareUnicodeStrings(PCWCH String1, SIZE_T String1Length, PCWCH String2,
                              SIZE_T String2Length, BOOLEAN CaseInSensitive)
{
    SIZE_T shorter = min(String1Length, String2Length);
    int order = wide_compare(String1, String2, shorter, CaseInSensitive);
    if (order != 0 || String1Length == String2Length)
        return order;
    return String1Length < String2Length ? -1 : 1;
}

static SIZE_T letters(PCUNICODE_STRING string)
{
    return string->Length / sizeof(WCHAR);
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive)
{
    return RtlCompareUnicodeStrings(String1->Buffer, letters(String1), String2->Buffer,
                                    letters(String2), CaseInSensitive);
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive)
{
    return String1->Length == String2->Length &&
           wide_compare(String1->Buffer, String2->Buffer, letters(String1), CaseInSensitive) == 0;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive)
{
    return String1->Length <= String2->Length &&
           wide_compare(String1->Buffer, String2->Buffer, letters(String1), CaseInSensitive) == 0;
}

BOOLEAN RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive)
{
    if (String1->Length > String2->Length)
        return FALSE;
    PCWSTR end = String2->Buffer + (letters(String2) - letters(String1));
    return wide_compare(String1->Buffer, end, letters(String1), CaseInSensitive) == 0;
}

NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                              PULONG HashValue)
{
    enum { MULTIPLIER = 65599 };
    if (String == NULL || HashValue == NULL || HashAlgorithm > HASH_STRING_ALGORITHM_X65599)
        return STATUS_INVALID_PARAMETER;
    ULONG hash = 0;
    for (SIZE_T i = 0; i < letters(String); i++) {
        WCHAR letter = String->Buffer[i];
        hash = hash * MULTIPLIER + (CaseInSensitive ? case_upper(letter) : letter);
    }
    *HashValue = hash;
    return STATUS_SUCCESS;
}

WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
    return case_upper(SourceCharacter);
}

WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
    return case_lower(SourceCharacter);
}

static NTSTATUS convert_case(PUNICODE_STRING destination, PCUNICODE_STRING source,
                             BOOLEAN allocates, uint16_t (*convert)(uint16_t))
{
    if (allocates) {
        destination->Buffer = string_allocate(source->Length);
        if (destination->Buffer == NULL)
            return STATUS_NO_MEMORY;
        destination->MaximumLength = source->Length;
    }
    if (source->Length > destination->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    for (SIZE_T i = 0; i < letters(source); i++)
        destination->Buffer[i] = convert(source->Buffer[i]);
    destination->Length = source->Length;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                BOOLEAN AllocateDestinationString)
{
    return convert_case(DestinationString, SourceString, AllocateDestinationString, case_upper);
}

NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                  BOOLEAN AllocateDestinationString)
{
    return convert_case(DestinationString, SourceString, AllocateDestinationString, case_lower);
}

/* A copy with a final 0. */
static NTSTATUS duplicate(PCUNICODE_STRING source, PUNICODE_STRING copy)
{
    if (source->Length > UNICODE_LENGTH_MAX)
        return STATUS_NAME_TOO_LONG;
    PWSTR buffer = string_allocate(source->Length + sizeof(WCHAR));
    if (buffer == NULL)
        return STATUS_NO_MEMORY;
    copy->MaximumLength = (USHORT)(source->Length + sizeof(WCHAR));
    copy->Buffer = buffer;
    RtlCopyUnicodeString(copy, source);
    return STATUS_SUCCESS;
}

BOOLEAN RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    UNICODE_STRING source;
    return NT_SUCCESS(RtlInitUnicodeStringEx(&source, SourceString)) &&
           NT_SUCCESS(duplicate(&source, DestinationString));
}

NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn,
                                   PUNICODE_STRING StringOut)
{
    const ULONG both = RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE |
                       RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING;
    if ((Flags & ~both) != 0 || Flags == RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING ||
        StringIn == NULL || StringOut == NULL || !NT_SUCCESS(RtlValidateUnicodeString(0, StringIn)))
        return STATUS_INVALID_PARAMETER;
    if (StringIn->Length == 0 &&
        !FlagOn(Flags, RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING)) {
        *StringOut = (UNICODE_STRING){0, 0, NULL};
        return STATUS_SUCCESS;
    }
    if (FlagOn(Flags, RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE))
        return duplicate(StringIn, StringOut);
    UNICODE_STRING copy = {0, StringIn->Length, string_allocate(StringIn->Length)};
    if (copy.Buffer == NULL)
        return STATUS_NO_MEMORY;
    RtlCopyUnicodeString(&copy, StringIn);
    *StringOut = copy;
    return STATUS_SUCCESS;
}

VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
    if (UnicodeString->Buffer == NULL)
        return;
    string_free(UnicodeString->Buffer);
    *UnicodeString = (UNICODE_STRING){0, 0, NULL};
}

VOID RtlEraseUnicodeString(PUNICODE_STRING String)
{
    if (String->Buffer != NULL && String->MaximumLength != 0)
        memset(String->Buffer, 0, String->MaximumLength);
    String->Length = 0;
}

NTSTATUS RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String)
{
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER;
    if (String == NULL)
        return STATUS_SUCCESS;
    bool is_odd = ((String->Length | String->MaximumLength) & 1) != 0;
    bool has_no_buffer = String->Buffer == NULL && String->MaximumLength != 0;
    if (is_odd || has_no_buffer || String->Length > String->MaximumLength)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}
