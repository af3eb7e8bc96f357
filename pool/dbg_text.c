#include "pool/dbg_text.h"

#include "expool/types.h"
#include "pool/util.h"

#include <string.h>

enum {
    BASE_OCTAL = 8,
    BASE_DECIMAL = 10,
    BASE_HEX = 16,
    DIGITS_MAX = 24, /* 64 bits in octal */
    COUNT_MAX = 9999,
    POINTER_DIGITS = 16,
    ASCII_END = 0x7f,
};

struct conversion {
    bool is_left;
    bool is_zero_padded;
    bool has_prefix;
    bool has_precision;
    bool is_wide;   /* l or w: 16-bit letters */
    bool is_narrow; /* h */
    char plus;      /* what stands before a number that is not negative: '+', ' ' or 0 */
    unsigned bits;
    size_t width;
    size_t precision;
    char letter;
};

/* Letters of either width. */
struct letters {
    const char *bytes;
    size_t count;
    bool is_wide;
};

static const char *parse_flags(const char *format, struct conversion *conversion)
{
    for (;; format++)
        switch (*format) {
        case '-': conversion->is_left = true; break;
        case '0': conversion->is_zero_padded = true; break;
        case '#': conversion->has_prefix = true; break;
        case '+': conversion->plus = '+'; break;
        case ' ':
            if (conversion->plus == 0)
                conversion->plus = ' ';
            break;
        default: return format;
        }
}

static const char *parse_count(const char *format, int *count, va_list *arguments)
{
    *count = 0;
    if (*format == '*') {
        int given = va_arg(*arguments, int);
        *count = max(min(given, COUNT_MAX), -COUNT_MAX);
        return format + 1;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        *count = min(*count * BASE_DECIMAL + (*format - '0'), COUNT_MAX);
    return format;
}

static const char *parse_counts(const char *format, struct conversion *conversion,
                                va_list *arguments)
{
    int count;
    format = parse_count(format, &count, arguments);
    if (count < 0)
        conversion->is_left = true;
    conversion->width = (size_t)(count < 0 ? -count : count);
    if (*format != '.')
        return format;
    format = parse_count(format + 1, &count, arguments);
    conversion->has_precision = count >= 0;
    conversion->precision = (size_t)max(count, 0);
    return format;
}

static const struct size_word {
    const char *word;
    unsigned bits;
    bool is_wide;
    bool is_narrow;
} size_words[] = {
    /* longer words first */
    {"I64", 64, false, false}, {"I32", 32, false, false}, {"ll", 64, false, false},
    {"hh", 8, false, true},    {"I", 64, false, false},   {"z", 64, false, false},
    {"t", 64, false, false},   {"j", 64, false, false},   {"h", 16, false, true},
    {"l", 32, true, false},    {"w", 32, true, false},
};

static const struct size_word *find_size_word(const char *format)
{
    for (size_t i = 0; i < COUNT_OF(size_words); i++)
        if (strncmp(format, size_words[i].word, strlen(size_words[i].word)) == 0)
            return &size_words[i];
    return NULL;
}

static const char *parse(const char *format, struct conversion *conversion, va_list *arguments)
{
    format = parse_flags(format, conversion);
    format = parse_counts(format, conversion, arguments);
    conversion->bits = 32;
    const struct size_word *word = find_size_word(format);
    for (; word != NULL; word = find_size_word(format)) {
        conversion->bits = word->bits;
        conversion->is_wide |= word->is_wide;
        conversion->is_narrow |= word->is_narrow;
        format += strlen(word->word);
    }
    conversion->letter = *format;
    return format;
}

static void add_repeated(struct text *text, char character, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add_bytes(text, &character, 1);
}

/* Writes the digits so that they end at `end`; returns how many. */
static size_t write_digits(char *end, uint64_t value, char letter)
{
    const char *set = letter == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    unsigned base = BASE_DECIMAL;
    if (letter == 'x' || letter == 'X')
        base = BASE_HEX;
    else if (letter == 'o')
        base = BASE_OCTAL;
    size_t count = 0;
    for (; value != 0; value /= base)
        *(end - ++count) = set[value % base];
    return count;
}

static void add_number(struct text *text, const struct conversion *conversion, const char *prefix,
                       uint64_t value)
{
    char digits[DIGITS_MAX];
    size_t count = write_digits(digits + DIGITS_MAX, value, conversion->letter);
    size_t least = conversion->has_precision ? conversion->precision : 1;
    size_t zeroes = least > count ? least - count : 0;
    size_t length = strlen(prefix) + zeroes + count;
    size_t padding = conversion->width > length ? conversion->width - length : 0;
    if (conversion->is_zero_padded && !conversion->is_left && !conversion->has_precision) {
        zeroes += padding;
        padding = 0;
    }
    if (!conversion->is_left)
        add_repeated(text, ' ', padding);
    text_add_bytes(text, prefix, strlen(prefix));
    add_repeated(text, '0', zeroes);
    text_add_bytes(text, digits + DIGITS_MAX - count, count);
    if (conversion->is_left)
        add_repeated(text, ' ', padding);
}

/* The value that the lowest `bits` bits stand for. */
static int64_t narrowed(int64_t value, unsigned bits)
{
    uint64_t sign = UINT64_C(1) << (bits - 1);
    uint64_t low = (uint64_t)value & (sign | (sign - 1));
    return (int64_t)((low ^ sign) - sign);
}

static void add_signed(struct text *text, const struct conversion *conversion, va_list *arguments)
{
    int64_t value = conversion->bits == 64 ? va_arg(*arguments, int64_t) : va_arg(*arguments, int);
    value = narrowed(value, conversion->bits);
    char prefix[2] = {conversion->plus, 0};
    if (value < 0)
        prefix[0] = '-';
    add_number(text, conversion, prefix, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void add_unsigned(struct text *text, const struct conversion *conversion, va_list *arguments)
{
    uint64_t value =
        conversion->bits == 64 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned);
    if (conversion->bits < 32)
        value &= (UINT64_C(1) << conversion->bits) - 1;
    const char *prefix = "";
    if (conversion->has_prefix && value != 0 && conversion->letter == 'x')
        prefix = "0x";
    else if (conversion->has_prefix && value != 0 && conversion->letter == 'X')
        prefix = "0X";
    else if (conversion->has_prefix && conversion->letter == 'o')
        prefix = "0";
    add_number(text, conversion, prefix, value);
}

static unsigned letter_at(const struct letters *letters, size_t index)
{
    if (!letters->is_wide)
        return (unsigned char)letters->bytes[index];
    uint16_t letter;
    memcpy(&letter, letters->bytes + index * sizeof letter, sizeof letter);
    return letter;
}

static void add_letters(struct text *text, const struct conversion *conversion,
                        const struct letters *letters)
{
    size_t padding = conversion->width > letters->count ? conversion->width - letters->count : 0;
    if (!conversion->is_left)
        add_repeated(text, ' ', padding);
    for (size_t i = 0; i < letters->count; i++) {
        unsigned letter = letter_at(letters, i);
        char shown = (char)letter;
        if (letters->is_wide && letter >= ASCII_END)
            shown = '?';
        text_add_bytes(text, &shown, 1);
    }
    if (conversion->is_left)
        add_repeated(text, ' ', padding);
}

static size_t letters_limit(const struct conversion *conversion)
{
    return conversion->has_precision ? conversion->precision : SIZE_MAX;
}

static bool is_wide(const struct conversion *conversion)
{
    bool by_itself = conversion->letter == 'S' || conversion->letter == 'C';
    return (by_itself || conversion->is_wide) && !conversion->is_narrow;
}

/* Up to the final 0, or as many as the precision says: then no 0 is looked for behind them. */
static void add_string(struct text *text, const struct conversion *conversion, va_list *arguments)
{
    struct letters letters = {va_arg(*arguments, const char *), 0, is_wide(conversion)};
    if (letters.bytes == NULL)
        letters = (struct letters){"(null)", 0, false};
    while (letters.count < letters_limit(conversion) && letter_at(&letters, letters.count) != 0)
        letters.count++;
    add_letters(text, conversion, &letters);
}

/* UNICODE_STRING and ANSI_STRING are laid out alike; lengths are bytes. */
static void add_counted(struct text *text, const struct conversion *conversion, va_list *arguments)
{
    const ANSI_STRING *string = va_arg(*arguments, const ANSI_STRING *);
    struct letters letters = {"(null)", sizeof "(null)" - 1, false};
    if (string != NULL) {
        letters = (struct letters){string->Buffer, string->Length, is_wide(conversion)};
        letters.count /= letters.is_wide ? sizeof(WCHAR) : 1;
    }
    letters.count = min(letters.count, letters_limit(conversion));
    add_letters(text, conversion, &letters);
}

static void add_letter(struct text *text, const struct conversion *conversion, va_list *arguments)
{
    uint16_t wide = (uint16_t)va_arg(*arguments, int);
    char narrow = (char)wide;
    struct letters letters = {&narrow, 1, is_wide(conversion)};
    if (letters.is_wide)
        letters.bytes = (const char *)&wide;
    add_letters(text, conversion, &letters);
}

static void add_conversion(struct text *text, struct conversion *conversion, va_list *arguments)
{
    switch (conversion->letter) {
    case 'd':
    case 'i': add_signed(text, conversion, arguments); break;
    case 'u':
    case 'x':
    case 'X':
    case 'o': add_unsigned(text, conversion, arguments); break;
    case 'p':
        conversion->bits = 64;
        conversion->letter = 'X';
        conversion->has_precision = true;
        conversion->precision = POINTER_DIGITS;
        add_unsigned(text, conversion, arguments);
        break;
    case 'c':
    case 'C': add_letter(text, conversion, arguments); break;
    case 's':
    case 'S': add_string(text, conversion, arguments); break;
    case 'Z': add_counted(text, conversion, arguments); break;
    default: text_add_bytes(text, &conversion->letter, 1); break;
    }
}

void dbg_text_add(struct text *text, const char *format, va_list *arguments)
{
    while (*format != 0) {
        size_t plain = strcspn(format, "%");
        text_add_bytes(text, format, plain);
        format += plain;
        if (*format == 0)
            return;
        struct conversion conversion = {.letter = 0};
        format = parse(format + 1, &conversion, arguments);
        if (*format == 0)
            return;
        add_conversion(text, &conversion, arguments);
        format++;
    }
}
