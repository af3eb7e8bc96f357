/* rtl_string_safe.c - ntstrsafe's routines for text that ends with 0, four widths by one table. */
#include "kernel/rtl_safe.h"

#include <string.h>

/* One call: where to, what, and what the Ex forms are told. Sizes are in the caller's unit. */
struct call {
    void *text;
    size_t size;
    size_t unit; /* bytes for Cb of W, else 1 */
    bool is_wide;
    bool is_cat;
    bool is_ex;
    uint32_t flags;
};

/* Where the text ends and what room is left from there, for those who ask. */
struct answer {
    void **end;
    size_t *remaining;
};

/* Looks the call over; an empty place, or one that holds text for Cat. */
static NTSTATUS opened(const struct call *call, struct safe *safe)
{
    size_t letters = call->size / call->unit;
    bool may_be_null = call->is_ex && FlagOn(call->flags, STRSAFE_IGNORE_NULLS);
    if ((call->flags & ~(uint32_t)SAFE_FLAGS) != 0 || letters > NTSTRSAFE_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    if (letters == 0 && (!may_be_null || call->text != NULL))
        return STATUS_INVALID_PARAMETER;
    if (call->text == NULL && letters != 0)
        return STATUS_INVALID_PARAMETER;
    *safe = (struct safe){
        call->text, letters == 0 ? 0 : letters - 1, 0, call->is_wide, letters != 0, call->flags};
    if (!call->is_cat || letters == 0)
        return STATUS_SUCCESS;
    safe->length = safe_length(call->text, letters, call->is_wide);
    return safe->length == letters ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static void answered(const struct call *call, const struct safe *safe, struct answer answer)
{
    size_t letter = call->is_wide ? sizeof(WCHAR) : 1;
    if (answer.end != NULL)
        *answer.end = safe->letters == NULL ? NULL : (char *)safe->letters + safe->length * letter;
    if (answer.remaining != NULL)
        *answer.remaining = call->size - safe->length * call->unit;
}

static NTSTATUS added(const struct call *call, struct safe_source source, struct answer answer)
{
    static const WCHAR nothing = 0;
    struct safe safe;
    NTSTATUS status = opened(call, &safe);
    if (!NT_SUCCESS(status))
        return status;
    source.count = min(source.count / call->unit, NTSTRSAFE_MAX_CCH);
    if (source.letters == NULL && FlagOn(call->flags, STRSAFE_IGNORE_NULLS))
        source.letters = &nothing;
    status = safe_add(&safe, source);
    if (status == STATUS_BUFFER_OVERFLOW && safe.letters == NULL)
        return STATUS_INVALID_PARAMETER;
    answered(call, &safe, answer);
    return status;
}

static NTSTATUS printed(const struct call *call, const void *format, va_list *arguments,
                        struct answer answer)
{
    static const WCHAR nothing = 0;
    struct safe safe;
    NTSTATUS status = opened(call, &safe);
    if (!NT_SUCCESS(status))
        return status;
    if (format == NULL && FlagOn(call->flags, STRSAFE_IGNORE_NULLS))
        format = &nothing;
    status = safe_print(&safe, format, arguments);
    if (status == STATUS_BUFFER_OVERFLOW && safe.letters == NULL)
        return STATUS_INVALID_PARAMETER;
    answered(call, &safe, answer);
    return status;
}

static NTSTATUS measured(const struct call *call, size_t *length)
{
    size_t letters = call->size / call->unit;
    size_t found = 0;
    bool is_odd = call->text == NULL || letters > NTSTRSAFE_MAX_CCH;
    if (!is_odd)
        found = safe_length(call->text, letters, call->is_wide);
    is_odd = is_odd || found == letters;
    if (length != NULL)
        *length = is_odd ? 0 : found * call->unit;
    return is_odd ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

/* NOLINTBEGIN(bugprone-macro-parentheses,readability-function-size): Windows' signatures */
#define CALL(unit_bytes, is_cat, is_ex, flags)                                                     \
    {                                                                                              \
        Dest, Size, unit_bytes, sizeof *Dest != 1, is_cat, is_ex, flags                            \
    }
#define ANSWER                                                                                     \
    (struct answer)                                                                                \
    {                                                                                              \
        (void **)DestEnd, Remaining                                                                \
    }
#define NO_ANSWER                                                                                  \
    (struct answer)                                                                                \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }
#define SOURCE(count)                                                                              \
    (struct safe_source)                                                                           \
    {                                                                                              \
        Src, count, false                                                                          \
    }

/* Copy or Cat, in the four forms. */
#define ADDING(Unit, What, Width, Letter, unit_bytes, is_cat)                                      \
    NTSTATUS RtlString##Unit##What##Width(Letter *Dest, size_t Size, const Letter *Src)            \
    {                                                                                              \
        const struct call call = CALL(unit_bytes, is_cat, false, 0);                               \
        return added(&call, SOURCE(SIZE_MAX), NO_ANSWER);                                          \
    }                                                                                              \
    NTSTATUS RtlString##Unit##What##Ex##Width(Letter *Dest, size_t Size, const Letter *Src,        \
                                              Letter **DestEnd, size_t *Remaining, DWORD Flags)    \
    {                                                                                              \
        const struct call call = CALL(unit_bytes, is_cat, true, Flags);                            \
        return added(&call, SOURCE(SIZE_MAX), ANSWER);                                             \
    }                                                                                              \
    NTSTATUS RtlString##Unit##What##N##Width(Letter *Dest, size_t Size, const Letter *Src,         \
                                             size_t Count)                                         \
    {                                                                                              \
        const struct call call = CALL(unit_bytes, is_cat, false, 0);                               \
        return added(&call, SOURCE(Count), NO_ANSWER);                                             \
    }                                                                                              \
    NTSTATUS RtlString##Unit##What##NEx##Width(Letter *Dest, size_t Size, const Letter *Src,       \
                                               size_t Count, Letter **DestEnd, size_t *Remaining,  \
                                               DWORD Flags)                                        \
    {                                                                                              \
        const struct call call = CALL(unit_bytes, is_cat, true, Flags);                            \
        return added(&call, SOURCE(Count), ANSWER);                                                \
    }

#define PRINTING(Unit, Width, Letter, unit_bytes)                                                  \
    NTSTATUS RtlString##Unit##VPrintfEx##Width(Letter *Dest, size_t Size, Letter **DestEnd,        \
                                               size_t *Remaining, DWORD Flags,                     \
                                               const Letter *Format, va_list Arguments)            \
    {                                                                                              \
        const struct call call = CALL(unit_bytes, false, true, Flags);                             \
        va_list copy;                                                                              \
        va_copy(copy, Arguments);                                                                  \
        NTSTATUS status = printed(&call, Format, &copy, ANSWER);                                   \
        va_end(copy);                                                                              \
        return status;                                                                             \
    }                                                                                              \
    NTSTATUS RtlString##Unit##VPrintf##Width(Letter *Dest, size_t Size, const Letter *Format,      \
                                             va_list Arguments)                                    \
    {                                                                                              \
        return RtlString##Unit##VPrintfEx##Width(Dest, Size, NULL, NULL, 0, Format, Arguments);    \
    }                                                                                              \
    NTSTATUS RtlString##Unit##Printf##Width(Letter *Dest, size_t Size, const Letter *Format, ...)  \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, Format);                                                               \
        NTSTATUS status = RtlString##Unit##VPrintf##Width(Dest, Size, Format, arguments);          \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }                                                                                              \
    NTSTATUS RtlString##Unit##PrintfEx##Width(Letter *Dest, size_t Size, Letter **DestEnd,         \
                                              size_t *Remaining, DWORD Flags,                      \
                                              const Letter *Format, ...)                           \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, Format);                                                               \
        NTSTATUS status = RtlString##Unit##VPrintfEx##Width(Dest, Size, DestEnd, Remaining, Flags, \
                                                            Format, arguments);                    \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }                                                                                              \
    NTSTATUS RtlString##Unit##Length##Width(const Letter *Text, size_t Max, size_t *Length)        \
    {                                                                                              \
        const struct call call = {                                                                 \
            (void *)(uintptr_t)Text, Max, unit_bytes, sizeof *Text != 1, false, false, 0};         \
        return measured(&call, Length);                                                            \
    }

#define FAMILY(Unit, Width, Letter, unit_bytes)                                                    \
    ADDING(Unit, Copy, Width, Letter, unit_bytes, false)                                           \
    ADDING(Unit, Cat, Width, Letter, unit_bytes, true)                                             \
    PRINTING(Unit, Width, Letter, unit_bytes)
FAMILY(Cb, A, char, 1)
FAMILY(Cb, W, WCHAR, 2)
FAMILY(Cch, A, char, 1)
FAMILY(Cch, W, WCHAR, 1)
/* NOLINTEND(bugprone-macro-parentheses,readability-function-size) */
