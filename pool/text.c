#include "pool/text.h"

#include <stdarg.h>
#include <string.h>

enum { DIGITS_MAX = 32, BASE_DECIMAL = 10, BASE_HEX = 16, GROUP_DIGITS = 3 };

struct field {
    unsigned width;
    bool zero_padded;
    bool left;
    bool grouped;
    int longs; /* 0 int, 1 long or size_t, 2 long long: the last two are 64 bits here */
};

struct text text_over(char *bytes, size_t capacity)
{
    struct text text = {bytes, capacity, 0, false};
    if (capacity > 0)
        bytes[0] = 0;
    return text;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    if (text->capacity == 0)
        return;
    size_t room = text->capacity - 1 - text->length;
    if (length > room) {
        length = room;
        text->is_cut = true;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = 0;
}

static void add_repeated(struct text *text, char character, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add_bytes(text, &character, 1);
}

static void add_padded(struct text *text, const struct field *field, const char *bytes,
                       size_t length)
{
    size_t padding = field->width > length ? field->width - length : 0;
    if (!field->left)
        add_repeated(text, field->zero_padded ? '0' : ' ', padding);
    text_add_bytes(text, bytes, length);
    if (field->left)
        add_repeated(text, ' ', padding);
}

static void add_number(struct text *text, const struct field *field, uint64_t value,
                       const char *digits, bool negative)
{
    unsigned base = digits == NULL ? BASE_DECIMAL : BASE_HEX;
    const char *set = digits == NULL ? "0123456789" : digits;
    char bytes[DIGITS_MAX];
    size_t at = DIGITS_MAX;
    unsigned written = 0;
    do {
        if (field->grouped && written > 0 && written % GROUP_DIGITS == 0)
            bytes[--at] = ' ';
        bytes[--at] = set[value % base];
        value /= base;
        written++;
    } while (value != 0);
    if (negative)
        bytes[--at] = '-';
    add_padded(text, field, bytes + at, DIGITS_MAX - at);
}

static void add_tag(struct text *text, const struct field *field, uint32_t tag)
{
    char bytes[4];
    for (unsigned i = 0; i < sizeof bytes; i++) {
        char character = (char)((tag >> (8 * i)) & 0xffu);
        bytes[i] = '.';
        if (character >= ' ' && character <= '~')
            bytes[i] = character;
    }
    add_padded(text, field, bytes, sizeof bytes);
}

static const char *parse_field(const char *format, struct field *field)
{
    for (;; format++) {
        if (*format == '-')
            field->left = true;
        else if (*format == '0')
            field->zero_padded = true;
        else if (*format == ',')
            field->grouped = true;
        else
            break;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        field->width = field->width * BASE_DECIMAL + (unsigned)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        field->longs++;
    return format;
}

static uint64_t next_unsigned(va_list *arguments, const struct field *field)
{
    return field->longs > 0 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned);
}

static int64_t next_signed(va_list *arguments, const struct field *field)
{
    return field->longs > 0 ? va_arg(*arguments, int64_t) : va_arg(*arguments, int);
}

static void add_field(struct text *text, char letter, struct field *field, va_list *arguments)
{
    static const char lower[] = "0123456789abcdef";
    static const char upper[] = "0123456789ABCDEF";
    switch (letter) {
    case 's': {
        const char *string = va_arg(*arguments, const char *);
        string = string != NULL ? string : "(none)";
        add_padded(text, field, string, strlen(string));
        break;
    }
    case 'c': {
        char character = (char)va_arg(*arguments, int);
        add_padded(text, field, &character, 1);
        break;
    }
    case 'd': {
        int64_t value = next_signed(arguments, field);
        uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        add_number(text, field, size, NULL, value < 0);
        break;
    }
    case 'u': add_number(text, field, next_unsigned(arguments, field), NULL, false); break;
    case 'x': add_number(text, field, next_unsigned(arguments, field), lower, false); break;
    case 'X': add_number(text, field, next_unsigned(arguments, field), upper, false); break;
    case 'p':
        text_add_bytes(text, "0x", 2);
        add_number(text, field, (uintptr_t)va_arg(*arguments, const void *), lower, false);
        break;
    case 't': add_tag(text, field, va_arg(*arguments, uint32_t)); break;
    default: text_add_bytes(text, &letter, 1); break;
    }
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    while (*format != 0) {
        size_t plain = strcspn(format, "%");
        text_add_bytes(text, format, plain);
        format += plain;
        if (*format == 0)
            break;
        struct field field = {0, false, false, false, 0};
        format = parse_field(format + 1, &field);
        if (*format == 0)
            break;
        add_field(text, *format++, &field, &arguments);
    }
    va_end(arguments);
}

void text_pad_to(struct text *text, size_t column)
{
    size_t line = text->length;
    while (line > 0 && text->bytes[line - 1] != '\n')
        line--;
    size_t used = text->length - line;
    if (used < column)
        add_repeated(text, ' ', column - used);
}

void text_calm(struct text *text)
{
    enum { BLANK = ' ', DELETE = 0x7f };
    for (size_t i = 0; i < text->length; i++) {
        unsigned char letter = (unsigned char)text->bytes[i];
        if ((letter < BLANK && letter != '\n') || letter == DELETE)
            text->bytes[i] = '.';
    }
}

void text_trim(struct text *text)
{
    while (text->length > 0 && text->bytes[text->length - 1] == ' ')
        text->bytes[--text->length] = 0;
}
