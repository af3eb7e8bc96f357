/* rtl_convert.c - counted strings between 16-bit letters and the two 8-bit pages. */
#include "expool/code_page.h"

#include "expool/ansi_string.h"
#include "kernel/rtl_case.h"
#include "kernel/rtl_code_page.h"
#include "kernel/rtl_string.h"
#include "pool/util.h"

#include <string.h>

enum how {
    HOW_ALLOCATE = 1,
    HOW_TERMINATE = 2,
    HOW_UPPER = 4,
};

/* Letters and the room for their counterparts, both in letters. */
struct conversion {
    enum code_page page;
    enum how how;
    size_t room;
    size_t count;
};

static size_t widen(const struct conversion *conversion, WCHAR *wide, const char *narrow)
{
    size_t count = min(conversion->room, conversion->count);
    for (size_t i = 0; i < count; i++)
        wide[i] = code_page_wide(conversion->page, (unsigned char)narrow[i]);
    return count;
}

static size_t narrow(const struct conversion *conversion, char *letters, const WCHAR *wide)
{
    size_t count = min(conversion->room, conversion->count);
    for (size_t i = 0; i < count; i++) {
        uint16_t letter = conversion->how & HOW_UPPER ? case_upper(wide[i]) : wide[i];
        letters[i] = (char)code_page_narrow(conversion->page, letter);
    }
    return count;
}

static enum how how_of(BOOLEAN allocates, enum how more)
{
    return (enum how)(more | (allocates ? HOW_ALLOCATE : 0));
}

static NTSTATUS string_to_wide(PUNICODE_STRING wide, const STRING *source, enum code_page page,
                               enum how how)
{
    size_t end = how & HOW_TERMINATE ? 1 : 0;
    size_t bytes = (source->Length + end) * sizeof(WCHAR);
    if (bytes > STRING_BYTES_MAX)
        return STATUS_INVALID_PARAMETER_2;
    if (how & HOW_ALLOCATE) {
        wide->Buffer = string_allocate(bytes);
        if (wide->Buffer == NULL)
            return STATUS_NO_MEMORY;
        wide->MaximumLength = (USHORT)bytes;
    }
    if (bytes > wide->MaximumLength)
        return STATUS_BUFFER_OVERFLOW;
    const struct conversion conversion = {page, how, source->Length, source->Length};
    size_t count = widen(&conversion, wide->Buffer, source->Buffer);
    wide->Length = (USHORT)(count * sizeof(WCHAR));
    if (end != 0)
        wide->Buffer[count] = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS string_to_narrow(PSTRING string, PCUNICODE_STRING source, enum code_page page,
                                 enum how how)
{
    size_t end = how & HOW_TERMINATE ? 1 : 0;
    size_t count = source->Length / sizeof(WCHAR);
    if (how & HOW_ALLOCATE) {
        string->Buffer = string_allocate(count + end);
        if (string->Buffer == NULL)
            return STATUS_NO_MEMORY;
        string->MaximumLength = (USHORT)(count + end);
    }
    if (string->MaximumLength < end)
        return STATUS_BUFFER_OVERFLOW;
    const struct conversion conversion = {page, how, string->MaximumLength - end, count};
    string->Length = (USHORT)narrow(&conversion, string->Buffer, source->Buffer);
    if (end != 0)
        string->Buffer[string->Length] = 0;
    return string->Length < count ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/* One row a routine; all differ in the page and in what they do besides. */
#define TO_WIDE(Routine, Source, page, how)                                                        \
    NTSTATUS Routine(PUNICODE_STRING DestinationString, Source SourceString,                       \
                     BOOLEAN AllocateDestinationString)                                            \
    {                                                                                              \
        return string_to_wide(DestinationString, SourceString, page,                               \
                              how_of(AllocateDestinationString, how));                             \
    }
#define TO_NARROW(Routine, Destination, page, how)                                                 \
    NTSTATUS Routine(Destination DestinationString, PCUNICODE_STRING SourceString,                 \
                     BOOLEAN AllocateDestinationString)                                            \
    {                                                                                              \
        return string_to_narrow(DestinationString, SourceString, page,                             \
                                how_of(AllocateDestinationString, how));                           \
    }
#define UPPER_TERMINATED (HOW_UPPER | HOW_TERMINATE)
TO_WIDE(RtlAnsiStringToUnicodeString, PCANSI_STRING, CODE_PAGE_ANSI, HOW_TERMINATE)
TO_WIDE(RtlOemStringToUnicodeString, PCOEM_STRING, CODE_PAGE_OEM, HOW_TERMINATE)
TO_WIDE(RtlOemStringToCountedUnicodeString, PCOEM_STRING, CODE_PAGE_OEM, 0)
TO_NARROW(RtlUnicodeStringToAnsiString, PANSI_STRING, CODE_PAGE_ANSI, HOW_TERMINATE)
TO_NARROW(RtlUnicodeStringToOemString, POEM_STRING, CODE_PAGE_OEM, HOW_TERMINATE)
TO_NARROW(RtlUnicodeStringToCountedOemString, POEM_STRING, CODE_PAGE_OEM, 0)
TO_NARROW(RtlUpcaseUnicodeStringToAnsiString, PANSI_STRING, CODE_PAGE_ANSI, UPPER_TERMINATED)
TO_NARROW(RtlUpcaseUnicodeStringToOemString, POEM_STRING, CODE_PAGE_OEM, UPPER_TERMINATED)
TO_NARROW(RtlUpcaseUnicodeStringToCountedOemString, POEM_STRING, CODE_PAGE_OEM, HOW_UPPER)

#define N_TO_WIDE(Routine, page)                                                                   \
    NTSTATUS Routine(PWCH UnicodeString, ULONG MaxBytes, PULONG Stored, const CHAR *Source,        \
                     ULONG SourceBytes)                                                            \
    {                                                                                              \
        const struct conversion conversion = {page, 0, MaxBytes / sizeof(WCHAR), SourceBytes};     \
        size_t count = widen(&conversion, UnicodeString, Source);                                  \
        if (Stored != NULL)                                                                        \
            *Stored = (ULONG)(count * sizeof(WCHAR));                                              \
        return STATUS_SUCCESS;                                                                     \
    }
#define N_TO_NARROW(Routine, page, how)                                                            \
    NTSTATUS Routine(PCHAR String, ULONG MaxBytes, PULONG Stored, PCWCH Source, ULONG SourceBytes) \
    {                                                                                              \
        const struct conversion conversion = {page, how, MaxBytes, SourceBytes / sizeof(WCHAR)};   \
        size_t count = narrow(&conversion, String, Source);                                        \
        if (Stored != NULL)                                                                        \
            *Stored = (ULONG)count;                                                                \
        return STATUS_SUCCESS;                                                                     \
    }
N_TO_WIDE(RtlMultiByteToUnicodeN, CODE_PAGE_ANSI)
N_TO_WIDE(RtlOemToUnicodeN, CODE_PAGE_OEM)
N_TO_NARROW(RtlUnicodeToMultiByteN, CODE_PAGE_ANSI, 0)
N_TO_NARROW(RtlUnicodeToOemN, CODE_PAGE_OEM, 0)
N_TO_NARROW(RtlUpcaseUnicodeToMultiByteN, CODE_PAGE_ANSI, HOW_UPPER)
N_TO_NARROW(RtlUpcaseUnicodeToOemN, CODE_PAGE_OEM, HOW_UPPER)

/* Both pages have one byte a letter: sizes need no look at the letters. */
NTSTATUS RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString, const CHAR *MultiByteString,
                                   ULONG BytesInMultiByteString)
{
    UNREFERENCED_PARAMETER(MultiByteString);
    *BytesInUnicodeString = BytesInMultiByteString * (ULONG)sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeToMultiByteSize(PULONG BytesInMultiByteString, PCWCH UnicodeString,
                                   ULONG BytesInUnicodeString)
{
    UNREFERENCED_PARAMETER(UnicodeString);
    *BytesInMultiByteString = BytesInUnicodeString / (ULONG)sizeof(WCHAR);
    return STATUS_SUCCESS;
}

ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString)
{
    return (AnsiString->Length + 1U) * (ULONG)sizeof(WCHAR);
}

ULONG RtlxOemStringToUnicodeSize(PCOEM_STRING OemString)
{
    return RtlxAnsiStringToUnicodeSize(OemString);
}

ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString)
{
    return UnicodeString->Length / (ULONG)sizeof(WCHAR) + 1;
}

ULONG RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString)
{
    return RtlxUnicodeStringToAnsiSize(UnicodeString);
}
