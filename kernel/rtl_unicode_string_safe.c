/* rtl_unicode_string_safe.c - ntstrsafe's routines for counted strings. */
#include "kernel/rtl_safe.h"
#include "kernel/rtl_string.h"

/* The source's letters: `limit` of them at most. */
struct counted {
    struct safe_source source;
    size_t limit;
    bool is_odd; /* lengths that no string has */
};

NTSTATUS RtlUnicodeStringValidateEx(PCUNICODE_STRING SourceString, DWORD Flags)
{
    if ((Flags & ~(DWORD)STRSAFE_IGNORE_NULLS) != 0)
        return STATUS_INVALID_PARAMETER;
    if (SourceString == NULL)
        return Flags != 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    bool is_odd = ((SourceString->Length | SourceString->MaximumLength) & 1) != 0;
    bool has_no_buffer = SourceString->Buffer == NULL && SourceString->MaximumLength != 0;
    if (is_odd || has_no_buffer || SourceString->Length > SourceString->MaximumLength)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringValidate(PCUNICODE_STRING SourceString)
{
    return RtlUnicodeStringValidateEx(SourceString, 0);
}

NTSTATUS RtlUnicodeStringInitEx(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR SourceString,
                                DWORD Flags)
{
    if ((Flags & ~(DWORD)STRSAFE_IGNORE_NULLS) != 0)
        return STATUS_INVALID_PARAMETER;
    if (DestinationString == NULL)
        return Flags != 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    *DestinationString = (UNICODE_STRING){0, 0, NULL};
    if (SourceString == NULL)
        return STATUS_SUCCESS;
    size_t length = safe_length(SourceString, NTSTRSAFE_UNICODE_STRING_MAX_CCH, true);
    if (length == NTSTRSAFE_UNICODE_STRING_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    DestinationString->Length = (USHORT)(length * sizeof(WCHAR));
    DestinationString->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
    DestinationString->Buffer = (PWSTR)(uintptr_t)SourceString;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR SourceString)
{
    return RtlUnicodeStringInitEx(DestinationString, SourceString, 0);
}

static NTSTATUS opened(PCUNICODE_STRING string, bool is_cat, DWORD flags, struct safe *safe)
{
    if ((flags & ~(DWORD)SAFE_FLAGS) != 0 ||
        !NT_SUCCESS(RtlUnicodeStringValidateEx(string, flags & STRSAFE_IGNORE_NULLS)))
        return STATUS_INVALID_PARAMETER;
    *safe = (struct safe){.is_wide = true, .flags = flags};
    if (string == NULL)
        return STATUS_SUCCESS;
    safe->letters = string->Buffer;
    safe->room = string->MaximumLength / sizeof(WCHAR);
    safe->length = is_cat ? string->Length / sizeof(WCHAR) : 0;
    return STATUS_SUCCESS;
}

static void closed(const struct safe *safe, PUNICODE_STRING string, PUNICODE_STRING remaining)
{
    if (string != NULL)
        string->Length = (USHORT)(safe->length * sizeof(WCHAR));
    if (remaining == NULL)
        return;
    remaining->Length = 0;
    remaining->MaximumLength = (USHORT)((safe->room - safe->length) * sizeof(WCHAR));
    remaining->Buffer = safe->letters == NULL ? NULL : (PWSTR)safe->letters + safe->length;
}

static NTSTATUS added(struct safe *safe, struct counted counted)
{
    if (counted.is_odd)
        return STATUS_INVALID_PARAMETER;
    counted.source.count = min(counted.source.count, counted.limit);
    static const WCHAR nothing = 0;
    if (counted.source.letters == NULL)
        counted.source.letters = &nothing;
    return safe_add(safe, counted.source);
}

static struct counted of_string(PCUNICODE_STRING string, size_t limit, DWORD flags)
{
    struct counted counted = {{NULL, 0, true}, limit, false};
    counted.is_odd = !NT_SUCCESS(RtlUnicodeStringValidateEx(string, flags & STRSAFE_IGNORE_NULLS));
    if (string != NULL && !counted.is_odd)
        counted.source = (struct safe_source){string->Buffer, string->Length / sizeof(WCHAR), true};
    return counted;
}

static struct counted of_text(NTSTRSAFE_PCWSTR text, size_t limit, DWORD flags)
{
    bool is_odd = text == NULL && !FlagOn(flags, STRSAFE_IGNORE_NULLS);
    return (struct counted){{text, NTSTRSAFE_MAX_CCH, false}, limit, is_odd};
}

/* What is Copy or Cat; Name the routine's whole name behind RtlUnicodeString. */
#define ROUTINE(Name, Source, of_what, is_cat, divisor)                                            \
    NTSTATUS RtlUnicodeString##Name##NEx(PUNICODE_STRING Dest, Source From, size_t Count,          \
                                         PUNICODE_STRING Remaining, DWORD Flags)                   \
    {                                                                                              \
        struct safe safe;                                                                          \
        NTSTATUS status = opened(Dest, is_cat, Flags, &safe);                                      \
        if (NT_SUCCESS(status))                                                                    \
            status = added(&safe, of_what(From, Count / (divisor), Flags));                        \
        if (status != STATUS_INVALID_PARAMETER)                                                    \
            closed(&safe, Dest, Remaining);                                                        \
        return status;                                                                             \
    }                                                                                              \
    NTSTATUS RtlUnicodeString##Name##N(PUNICODE_STRING Dest, Source From, size_t Count)            \
    {                                                                                              \
        return RtlUnicodeString##Name##NEx(Dest, From, Count, NULL, 0);                            \
    }
#define WHOLE(Name, Longer, Source)                                                                \
    NTSTATUS RtlUnicodeString##Name##Ex(PUNICODE_STRING Dest, Source From,                         \
                                        PUNICODE_STRING Remaining, DWORD Flags)                    \
    {                                                                                              \
        return RtlUnicodeStringCch##Longer##NEx(Dest, From, SIZE_MAX, Remaining, Flags);           \
    }                                                                                              \
    NTSTATUS RtlUnicodeString##Name(PUNICODE_STRING Dest, Source From)                             \
    {                                                                                              \
        return RtlUnicodeString##Name##Ex(Dest, From, NULL, 0);                                    \
    }
#define FAMILY(What, is_cat)                                                                       \
    ROUTINE(Cb##What, PCUNICODE_STRING, of_string, is_cat, sizeof(WCHAR))                          \
    ROUTINE(Cch##What, PCUNICODE_STRING, of_string, is_cat, 1)                                     \
    ROUTINE(Cb##What##String, NTSTRSAFE_PCWSTR, of_text, is_cat, sizeof(WCHAR))                    \
    ROUTINE(Cch##What##String, NTSTRSAFE_PCWSTR, of_text, is_cat, 1)                               \
    WHOLE(What, What, PCUNICODE_STRING)                                                            \
    WHOLE(What##String, What##String, NTSTRSAFE_PCWSTR)
FAMILY(Copy, false)
FAMILY(Cat, true)

NTSTATUS RtlUnicodeStringVPrintfEx(PUNICODE_STRING Dest, PUNICODE_STRING Remaining, DWORD Flags,
                                   NTSTRSAFE_PCWSTR Format, va_list Arguments)
{
    static const WCHAR nothing = 0;
    struct safe safe;
    NTSTATUS status = opened(Dest, false, Flags, &safe);
    if (!NT_SUCCESS(status))
        return status;
    if (Format == NULL && FlagOn(Flags, STRSAFE_IGNORE_NULLS))
        Format = &nothing;
    va_list copy;
    va_copy(copy, Arguments);
    status = safe_print(&safe, Format, &copy);
    va_end(copy);
    closed(&safe, Dest, Remaining);
    return status;
}

NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Format, va_list Arguments)
{
    return RtlUnicodeStringVPrintfEx(Dest, NULL, 0, Format, Arguments);
}

NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Format, ...)
{
    va_list arguments;
    va_start(arguments, Format);
    NTSTATUS status = RtlUnicodeStringVPrintf(Dest, Format, arguments);
    va_end(arguments);
    return status;
}

NTSTATUS RtlUnicodeStringPrintfEx(PUNICODE_STRING Dest, PUNICODE_STRING Remaining, DWORD Flags,
                                  NTSTRSAFE_PCWSTR Format, ...)
{
    va_list arguments;
    va_start(arguments, Format);
    NTSTATUS status = RtlUnicodeStringVPrintfEx(Dest, Remaining, Flags, Format, arguments);
    va_end(arguments);
    return status;
}
