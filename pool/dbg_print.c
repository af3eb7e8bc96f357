/* dbg_print.c - debugger output: Windows' conversions, on stderr, at most 512 bytes a call. */
#include "expool/dbg.h"

#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/text.h"

#include <stdarg.h>
#include <string.h>

enum { OUTPUT_BYTES = 512, STDERR = 2 };

struct conversion {
    char flags[8]; /* "%-08", as text_add wants it */
    bool wide;     /* 64 bits */
    bool counted;  /* 'w' seen */
};

static const char *parse(const char *format, struct conversion *conversion)
{
    size_t length = 0;
    conversion->flags[length++] = '%';
    while (strchr("-0123456789#+ .", *format) != NULL && *format != 0) {
        if (strchr("-0123456789", *format) != NULL && length < sizeof conversion->flags - 4)
            conversion->flags[length++] = *format;
        format++;
    }
    conversion->flags[length] = 0;
    for (;; format++) {
        if (strncmp(format, "I64", 3) == 0 || strncmp(format, "ll", 2) == 0) {
            conversion->wide = true;
            format += *format == 'I' ? 2 : 1;
        } else if (strchr("Iz", *format) != NULL && *format != 0) {
            conversion->wide = true; /* pointer sized */
        } else if (*format == 'w') {
            conversion->counted = true;
        } else if (*format != 'l' && *format != 'h') {
            return format;
        }
    }
}

static void add_number(struct text *text, const struct conversion *conversion, char letter,
                       va_list *arguments)
{
    char format[16];
    struct text build = TEXT_OVER(format);
    bool is_signed = letter == 'd' || letter == 'i';
    uint64_t value = 0;
    if (conversion->wide)
        value = va_arg(*arguments, uint64_t);
    else if (is_signed)
        value = (uint64_t)(int64_t)va_arg(*arguments, int);
    else
        value = va_arg(*arguments, unsigned);
    text_add(&build, "%sl%c", conversion->flags, is_signed ? 'd' : letter);
    text_add(text, format, value);
}

static void add_wide(struct text *text, const WCHAR *letters, size_t count)
{
    for (size_t i = 0; i < count && letters[i] != 0; i++)
        text_add(text, "%c", letters[i] < 0x7f ? letters[i] : '?');
}

static void add_string(struct text *text, const struct conversion *conversion, char letter,
                       va_list *arguments)
{
    bool is_wide = letter == 'S' || conversion->counted;
    if (letter == 'Z' && conversion->counted) {
        const UNICODE_STRING *string = va_arg(*arguments, const UNICODE_STRING *);
        add_wide(text, string->Buffer, string->Length / sizeof(WCHAR));
    } else if (letter == 'Z') {
        const ANSI_STRING *string = va_arg(*arguments, const ANSI_STRING *);
        text_add_bytes(text, string->Buffer, string->Length);
    } else if (is_wide) {
        add_wide(text, va_arg(*arguments, const WCHAR *), OUTPUT_BYTES);
    } else {
        char format[16];
        struct text build = TEXT_OVER(format);
        text_add(&build, "%ss", conversion->flags);
        text_add(text, format, va_arg(*arguments, const char *));
    }
}

static void add_conversion(struct text *text, const struct conversion *conversion, char letter,
                           va_list *arguments)
{
    switch (letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X': add_number(text, conversion, letter, arguments); break;
    case 'p': text_add(text, "%016lX", (uint64_t)(uintptr_t)va_arg(*arguments, void *)); break;
    case 'c': text_add(text, "%c", va_arg(*arguments, int)); break;
    case 's':
    case 'S':
    case 'Z': add_string(text, conversion, letter, arguments); break;
    default: text_add(text, "%c", letter); break;
    }
}

static void print(PCSTR format, va_list *arguments)
{
    char bytes[OUTPUT_BYTES];
    struct text text = TEXT_OVER(bytes);
    while (*format != 0) {
        size_t plain = strcspn(format, "%");
        text_add_bytes(&text, format, plain);
        format += plain;
        if (*format == 0)
            break;
        struct conversion conversion = {.wide = false};
        format = parse(format + 1, &conversion);
        if (*format == 0)
            break;
        add_conversion(&text, &conversion, *format++, arguments);
    }
    os_write(STDERR, text.bytes, text.length);
}

ULONG DbgPrint(PCSTR Format, ...)
{
    va_list arguments;
    va_start(arguments, Format);
    print(Format, &arguments);
    va_end(arguments);
    return (ULONG)STATUS_SUCCESS;
}

/* A level of 0 to 31 is a bit number, anything else a mask; bit 0, errors, is what Windows
 * shows. */
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    UNREFERENCED_PARAMETER(ComponentId);
    ULONG bits = Level < 32 ? (ULONG)1 << Level : Level & ~(ULONG)DPFLTR_MASK;
    if ((bits & 1) == 0)
        return (ULONG)STATUS_SUCCESS;
    va_list arguments;
    va_start(arguments, Format);
    print(Format, &arguments);
    va_end(arguments);
    return (ULONG)STATUS_SUCCESS;
}

VOID RtlAssert(PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message)
{
    DbgPrint("*** Assertion failed: %s%s%s\n***   Source File: %s, line %u\n",
             Message != NULL ? Message : "", Message != NULL ? ": " : "",
             (const char *)FailedAssertion, (const char *)FileName, LineNumber);
    struct violation violation = {
        .kind = VIOLATION_UNHANDLED_RAISE,
        .column = hook_column(),
        .status = (uint32_t)STATUS_ASSERTION_FAILURE,
        .irql = irql_current,
        .pc = (uintptr_t)__builtin_return_address(0),
        .frame = __builtin_frame_address(0),
    };
    violation_raise(&violation);
}

VOID ExpPagedCode(VOID)
{
    if (irql_current <= IRQL_APC)
        return;
    struct violation violation = {
        .kind = VIOLATION_PAGED_CODE_IRQL,
        .column = hook_column(),
        .irql = irql_current,
        .frame = __builtin_frame_address(0),
    };
    violation_raise(&violation);
}
