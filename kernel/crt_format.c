#include "kernel/crt_format.h"

#include "expool/types.h"
#include "kernel/rtl_code_page.h"
#include "kernel/rtl_string.h"
#include "pool/util.h"

#include <string.h>

enum {
    DECIMAL = 10,
    OCTAL = 8,
    HEX = 16,
    COUNT_MAX = 0x7ffffff,
    POINTER_DIGITS = 16,
    CASE_BIT = 0x20,
};

struct conversion {
    bool is_left;
    bool is_zero_padded;
    bool has_prefix;
    bool has_precision;
    bool is_wide;   /* l or w */
    bool is_narrow; /* h */
    char plus;      /* what stands before a number that is not negative: '+', ' ' or 0 */
    unsigned bits;
    size_t width;
    size_t precision;
    unsigned letter;
};

/* A format, or letters to be shown, of either width. */
struct letters {
    const void *first;
    size_t count;
    bool is_wide;
};

/* One conversion at work. */
struct work {
    struct format_sink *sink;
    struct conversion conversion;
    va_list *arguments;
};

static unsigned letter_at(const struct letters *letters, size_t place)
{
    uint16_t wide;
    if (!letters->is_wide)
        return ((const unsigned char *)letters->first)[place];
    memcpy(&wide, (const char *)letters->first + place * sizeof wide, sizeof wide);
    return wide;
}

/* Stores a letter of the sink's own width. */
static void put(struct format_sink *sink, unsigned letter)
{
    if (sink->length < sink->room && sink->is_wide)
        ((uint16_t *)sink->letters)[sink->length] = (uint16_t)letter;
    else if (sink->length < sink->room)
        ((char *)sink->letters)[sink->length] = (char)letter;
    sink->length++;
}

static void put_repeated(struct format_sink *sink, char letter, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(sink, (unsigned char)letter);
}

static unsigned translated(const struct format_sink *sink, const struct letters *letters,
                           size_t place)
{
    unsigned letter = letter_at(letters, place);
    if (letters->is_wide == sink->is_wide)
        return letter;
    return sink->is_wide ? code_page_wide(CODE_PAGE_ANSI, (unsigned char)letter)
                         : code_page_narrow(CODE_PAGE_ANSI, (uint16_t)letter);
}

static size_t parse_flags(const struct letters *format, size_t place, struct conversion *conversion)
{
    for (;; place++)
        switch (letter_at(format, place)) {
        case '-': conversion->is_left = true; break;
        case '0': conversion->is_zero_padded = true; break;
        case '#': conversion->has_prefix = true; break;
        case '+': conversion->plus = '+'; break;
        case ' ':
            if (conversion->plus == 0)
                conversion->plus = ' ';
            break;
        default: return place;
        }
}

static size_t parse_count(const struct letters *format, size_t place, int *count,
                          va_list *arguments)
{
    *count = 0;
    if (letter_at(format, place) == '*') {
        int given = va_arg(*arguments, int);
        *count = max(min(given, COUNT_MAX), -COUNT_MAX);
        return place + 1;
    }
    for (unsigned letter = letter_at(format, place); letter >= '0' && letter <= '9';
         letter = letter_at(format, ++place))
        *count = min(*count * DECIMAL + (int)(letter - '0'), COUNT_MAX);
    return place;
}

static size_t parse_counts(const struct letters *format, size_t place,
                           struct conversion *conversion, va_list *arguments)
{
    int count;
    place = parse_count(format, place, &count, arguments);
    if (count < 0)
        conversion->is_left = true;
    conversion->width = (size_t)(count < 0 ? -count : count);
    if (letter_at(format, place) != '.')
        return place;
    place = parse_count(format, place + 1, &count, arguments);
    conversion->has_precision = count >= 0;
    conversion->precision = (size_t)max(count, 0);
    return place;
}

static const struct size_word {
    char word[4];
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

static bool has_word(const struct letters *format, size_t place, const char *word)
{
    for (; *word != 0; word++, place++)
        if (letter_at(format, place) != (unsigned char)*word)
            return false;
    return true;
}

static const struct size_word *find_size_word(const struct letters *format, size_t place)
{
    for (size_t i = 0; i < COUNT_OF(size_words); i++)
        if (has_word(format, place, size_words[i].word))
            return &size_words[i];
    return NULL;
}

/* Reads what stands behind a %; the place of the conversion's letter. */
static size_t parse(const struct letters *format, size_t place, struct work *work)
{
    struct conversion *conversion = &work->conversion;
    place = parse_flags(format, place, conversion);
    place = parse_counts(format, place, conversion, work->arguments);
    conversion->bits = 32;
    const struct size_word *word = find_size_word(format, place);
    for (; word != NULL; word = find_size_word(format, place)) {
        conversion->bits = word->bits;
        conversion->is_wide |= word->is_wide;
        conversion->is_narrow |= word->is_narrow;
        place += strlen(word->word);
    }
    conversion->letter = letter_at(format, place);
    return place;
}

static unsigned base_of(unsigned letter)
{
    switch (letter) {
    case 'x':
    case 'X': return HEX;
    case 'o': return OCTAL;
    default: return DECIMAL;
    }
}

static void put_number(const struct work *work, const char *prefix, uint64_t value)
{
    const struct conversion *conversion = &work->conversion;
    char digits[INTEGER_LETTERS_MAX];
    size_t count =
        value == 0 ? 0 : digits_write(digits + sizeof digits, value, base_of(conversion->letter));
    size_t least = conversion->has_precision ? conversion->precision : 1;
    size_t zeroes = least > count ? least - count : 0;
    size_t length = strlen(prefix) + zeroes + count;
    size_t padding = conversion->width > length ? conversion->width - length : 0;
    if (conversion->is_zero_padded && !conversion->is_left && !conversion->has_precision) {
        zeroes += padding;
        padding = 0;
    }
    if (!conversion->is_left)
        put_repeated(work->sink, ' ', padding);
    for (; *prefix != 0; prefix++)
        put(work->sink, (unsigned char)*prefix);
    put_repeated(work->sink, '0', zeroes);
    for (size_t i = sizeof digits - count; i < sizeof digits; i++) {
        bool is_lower = conversion->letter == 'x' && digits[i] >= 'A';
        put(work->sink, (unsigned char)digits[i] | (is_lower ? CASE_BIT : 0));
    }
    if (conversion->is_left)
        put_repeated(work->sink, ' ', padding);
}

static void put_signed(const struct work *work)
{
    unsigned bits = work->conversion.bits;
    int64_t value = bits == 64 ? va_arg(*work->arguments, int64_t) : va_arg(*work->arguments, int);
    uint64_t sign = UINT64_C(1) << (bits - 1);
    value = (int64_t)((((uint64_t)value & (sign | (sign - 1))) ^ sign) - sign);
    char prefix[2] = {work->conversion.plus, 0};
    if (value < 0)
        prefix[0] = '-';
    put_number(work, prefix, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static const char *prefix_of(const struct conversion *conversion, uint64_t value)
{
    if (!conversion->has_prefix || value == 0)
        return "";
    switch (conversion->letter) {
    case 'x': return "0x";
    case 'X': return "0X";
    case 'o': return "0";
    default: return "";
    }
}

static void put_unsigned(const struct work *work)
{
    unsigned bits = work->conversion.bits;
    uint64_t value =
        bits == 64 ? va_arg(*work->arguments, uint64_t) : va_arg(*work->arguments, unsigned);
    if (bits < 64)
        value &= (UINT64_C(1) << bits) - 1;
    put_number(work, prefix_of(&work->conversion, value), value);
}

static void put_letters(const struct work *work, const struct letters *letters)
{
    const struct conversion *conversion = &work->conversion;
    size_t padding = conversion->width > letters->count ? conversion->width - letters->count : 0;
    if (!conversion->is_left)
        put_repeated(work->sink, conversion->is_zero_padded ? '0' : ' ', padding);
    for (size_t i = 0; i < letters->count; i++)
        put(work->sink, translated(work->sink, letters, i));
    if (conversion->is_left)
        put_repeated(work->sink, ' ', padding);
}

static size_t letters_limit(const struct conversion *conversion)
{
    return conversion->has_precision ? conversion->precision : SIZE_MAX;
}

static bool shows_wide(const struct work *work)
{
    const struct conversion *conversion = &work->conversion;
    if (conversion->is_wide || conversion->is_narrow)
        return conversion->is_wide;
    switch (conversion->letter) {
    case 'Z': return false;
    case 'S':
    case 'C': return !work->sink->is_wide;
    default: return work->sink->is_wide;
    }
}

static const struct letters null_letters = {"(null)", sizeof "(null)" - 1, false};

/* Up to the final 0, or as many as the precision says: then no 0 is looked for behind them. */
static void put_string(const struct work *work)
{
    struct letters letters = {va_arg(*work->arguments, const void *), 0, shows_wide(work)};
    if (letters.first == NULL)
        letters = null_letters;
    size_t limit = letters_limit(&work->conversion);
    for (letters.count = 0; letters.count < limit && letter_at(&letters, letters.count) != 0;)
        letters.count++;
    put_letters(work, &letters);
}

/* UNICODE_STRING and ANSI_STRING are laid out alike; lengths are bytes. */
static void put_counted(const struct work *work)
{
    const ANSI_STRING *string = va_arg(*work->arguments, const ANSI_STRING *);
    struct letters letters = null_letters;
    if (string != NULL && string->Buffer != NULL)
        letters = (struct letters){string->Buffer, string->Length, shows_wide(work)};
    if (letters.is_wide)
        letters.count /= sizeof(WCHAR);
    letters.count = min(letters.count, letters_limit(&work->conversion));
    put_letters(work, &letters);
}

static void put_letter(const struct work *work)
{
    uint16_t wide = (uint16_t)va_arg(*work->arguments, int);
    char narrow = (char)wide;
    struct letters letters = {&narrow, 1, shows_wide(work)};
    if (letters.is_wide)
        letters.first = &wide;
    put_letters(work, &letters);
}

static void put_pointer(struct work *work)
{
    work->conversion.bits = 64;
    work->conversion.letter = 'X';
    work->conversion.has_precision = true;
    work->conversion.precision = POINTER_DIGITS;
    put_unsigned(work);
}

static void put_conversion(struct work *work)
{
    switch (work->conversion.letter) {
    case 'd':
    case 'i': put_signed(work); break;
    case 'u':
    case 'x':
    case 'X':
    case 'o': put_unsigned(work); break;
    case 'p': put_pointer(work); break;
    case 'c':
    case 'C': put_letter(work); break;
    case 's':
    case 'S': put_string(work); break;
    case 'Z': put_counted(work); break;
    default: put(work->sink, work->conversion.letter); break;
    }
}

void format_add(struct format_sink *sink, const void *format, va_list *arguments)
{
    const struct letters text = {format, 0, sink->is_wide};
    for (size_t place = 0; letter_at(&text, place) != 0; place++) {
        if (letter_at(&text, place) != '%') {
            put(sink, letter_at(&text, place));
            continue;
        }
        struct work work = {sink, {.letter = 0}, arguments};
        place = parse(&text, place + 1, &work);
        if (work.conversion.letter == 0)
            return;
        put_conversion(&work);
    }
}
