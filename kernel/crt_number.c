/* crt_number.c - numbers as text and text as numbers, both widths; long is 32 bits. */
#include "expool/crt.h"

#include <stdbool.h>

enum { RADIX_MIN = 2, RADIX_MAX = 36, DECIMAL = 10, DIGITS_MAX = 65 };

/* What a text says: the number's size, its sign, and where it ends. */
struct number {
    uint64_t size;
    bool is_negative;
    bool is_too_big; /* for 64 bits */
    SIZE_T used;     /* 0: no digit */
};

/* Letters of a text that ends with 0. */
struct reader {
    const void *text;
    bool is_wide;
};

static unsigned letter_at(struct reader reader, SIZE_T place)
{
    return reader.is_wide ? ((const WCHAR *)reader.text)[place]
                          : ((const unsigned char *)reader.text)[place];
}

static unsigned digit_value(unsigned letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + DECIMAL;
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A' + DECIMAL;
    return RADIX_MAX;
}

static bool is_blank(unsigned letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

/* Radix 0 is told by 0x and 0; skips the prefix that belongs to 16. */
static unsigned read_prefix(struct reader reader, SIZE_T *place, int radix)
{
    bool has_zero = letter_at(reader, *place) == '0';
    bool has_x = has_zero && (letter_at(reader, *place + 1) | 0x20U) == 'x' &&
                 digit_value(letter_at(reader, *place + 2)) < 16;
    if (has_x && (radix == 0 || radix == 16)) {
        *place += 2;
        return 16;
    }
    if (radix != 0)
        return (unsigned)radix;
    return has_zero ? 8 : DECIMAL;
}

static struct number read_number(struct reader reader, int radix)
{
    struct number number = {0, false, false, 0};
    SIZE_T place = 0;
    while (is_blank(letter_at(reader, place)))
        place++;
    number.is_negative = letter_at(reader, place) == '-';
    if (number.is_negative || letter_at(reader, place) == '+')
        place++;
    unsigned base = read_prefix(reader, &place, radix);
    for (unsigned digit = digit_value(letter_at(reader, place)); digit < base;
         digit = digit_value(letter_at(reader, ++place))) {
        number.is_too_big |= __builtin_mul_overflow(number.size, base, &number.size) ||
                             __builtin_add_overflow(number.size, digit, &number.size);
        number.used = place + 1;
    }
    return number;
}

static LONG as_long(const struct number *number)
{
    uint64_t limit = number->is_negative ? (uint64_t)MAXLONG + 1 : MAXLONG;
    if (number->is_too_big || number->size > limit)
        return number->is_negative ? MINLONG : MAXLONG;
    return (LONG)(number->is_negative ? 0 - number->size : number->size);
}

static ULONG as_ulong(const struct number *number)
{
    if (number->is_too_big || number->size > MAXULONG)
        return MAXULONG;
    return (ULONG)(number->is_negative ? 0 - number->size : number->size);
}

LONG expool_wcstol(const WCHAR *text, WCHAR **end, int radix)
{
    struct number number = read_number((struct reader){text, true}, radix);
    if (end != NULL)
        *end = (WCHAR *)(uintptr_t)(text + number.used);
    return as_long(&number);
}

ULONG expool_wcstoul(const WCHAR *text, WCHAR **end, int radix)
{
    struct number number = read_number((struct reader){text, true}, radix);
    if (end != NULL)
        *end = (WCHAR *)(uintptr_t)(text + number.used);
    return as_ulong(&number);
}

LONG expool_strtol(const char *text, char **end, int radix)
{
    struct number number = read_number((struct reader){text, false}, radix);
    if (end != NULL)
        *end = (char *)(uintptr_t)(text + number.used);
    return as_long(&number);
}

ULONG expool_strtoul(const char *text, char **end, int radix)
{
    struct number number = read_number((struct reader){text, false}, radix);
    if (end != NULL)
        *end = (char *)(uintptr_t)(text + number.used);
    return as_ulong(&number);
}

LONG expool_wtol(const WCHAR *text)
{
    return expool_wcstol(text, NULL, DECIMAL);
}

LONG64 expool_wtoi64(const WCHAR *text)
{
    struct number number = read_number((struct reader){text, true}, DECIMAL);
    return (LONG64)(number.is_negative ? 0 - number.size : number.size);
}

/* Ends the digits at the array's end, with a final 0; the first letter of the text. */
static const char *write_number(char digits[DIGITS_MAX + 1], uint64_t size, bool is_negative,
                                int radix)
{
    char *place = digits + DIGITS_MAX;
    *place = 0;
    if (radix < RADIX_MIN || radix > RADIX_MAX)
        return place;
    do
        *--place = "0123456789abcdefghijklmnopqrstuvwxyz"[size % (unsigned)radix];
    while ((size /= (unsigned)radix) != 0);
    if (is_negative)
        *--place = '-';
    return place;
}

static char *copied(char *text, const char *digits)
{
    return memcpy(text, digits, strlen(digits) + 1);
}

char *expool_ui64toa(ULONG64 value, char *text, int radix)
{
    char digits[DIGITS_MAX + 1];
    return copied(text, write_number(digits, value, false, radix));
}

char *expool_i64toa(LONG64 value, char *text, int radix)
{
    char digits[DIGITS_MAX + 1];
    bool is_negative = radix == DECIMAL && value < 0;
    uint64_t size = is_negative ? 0 - (uint64_t)value : (uint64_t)value;
    return copied(text, write_number(digits, size, is_negative, radix));
}

char *expool_itoa(LONG value, char *text, int radix)
{
    return radix == DECIMAL ? expool_i64toa(value, text, radix)
                            : expool_ui64toa((ULONG)value, text, radix);
}

static WCHAR *widened(WCHAR *text, const char *digits)
{
    SIZE_T count = strlen(digits) + 1;
    for (SIZE_T i = 0; i < count; i++)
        text[i] = (WCHAR)digits[i];
    return text;
}

WCHAR *expool_itow(LONG value, WCHAR *text, int radix)
{
    char digits[DIGITS_MAX + 1];
    return widened(text, expool_itoa(value, digits, radix));
}

WCHAR *expool_i64tow(LONG64 value, WCHAR *text, int radix)
{
    char digits[DIGITS_MAX + 1];
    return widened(text, expool_i64toa(value, digits, radix));
}

WCHAR *expool_ui64tow(ULONG64 value, WCHAR *text, int radix)
{
    char digits[DIGITS_MAX + 1];
    return widened(text, expool_ui64toa(value, digits, radix));
}
