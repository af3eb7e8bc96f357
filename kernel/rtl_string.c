#include "kernel/rtl_string.h"

#include "expool/pool.h"
#include "kernel/rtl_case.h"
#include "pool/touch.h"
#include "pool/util.h"

enum { BASE_BINARY = 2, BASE_OCTAL = 8, BASE_DECIMAL = 10, BASE_HEX = 16, BASE_WRONG = 1 };

void *string_allocate(size_t size_bytes)
{
    return ExAllocatePoolWithTag(PagedPool, max(size_bytes, sizeof(WCHAR)), STRING_TAG);
}

void string_free(void *buffer)
{
    ExFreePoolWithTag(buffer, 0);
}

size_t wide_length(const uint16_t *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    TOUCHES_BYTES(text, (length + 1) * sizeof *text);
    return length;
}

int wide_compare(const uint16_t *first, const uint16_t *second, size_t count, bool ignores_case)
{
    for (size_t i = 0; i < count; i++) {
        if (first[i] == second[i])
            continue;
        if (!ignores_case)
            return first[i] - second[i];
        int difference = case_upper(first[i]) - case_upper(second[i]);
        if (difference != 0)
            return difference;
    }
    return 0;
}

size_t digits_write(char *end, uint64_t value, unsigned base)
{
    size_t count = 0;
    do
        *(end - ++count) = "0123456789ABCDEF"[value % base];
    while ((value /= base) != 0);
    return count;
}

unsigned digits_base(uint32_t base)
{
    switch (base) {
    case 0: return BASE_DECIMAL;
    case BASE_BINARY:
    case BASE_OCTAL:
    case BASE_DECIMAL:
    case BASE_HEX: return base;
    default: return BASE_WRONG;
    }
}

/* The letter at `place`, 0 behind the end. */
static unsigned letter_at(const struct digits_source *source, size_t place)
{
    if (place >= source->count)
        return 0;
    return source->is_wide ? ((const uint16_t *)source->letters)[place]
                           : ((const unsigned char *)source->letters)[place];
}

/* What stands for a base behind a 0. */
static unsigned base_of_letter(unsigned letter)
{
    switch (letter) {
    case 'x': return BASE_HEX;
    case 'o': return BASE_OCTAL;
    case 'b': return BASE_BINARY;
    default: return BASE_DECIMAL;
    }
}

static unsigned digit_value(unsigned letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    if (letter >= 'a' && letter <= 'f')
        return letter - 'a' + BASE_DECIMAL;
    if (letter >= 'A' && letter <= 'F')
        return letter - 'A' + BASE_DECIMAL;
    return BASE_HEX;
}

NTSTATUS digits_read(const struct digits_source *source, uint32_t base, uint64_t *value,
                     size_t *used)
{
    unsigned real_base = digits_base(base);
    if (real_base == BASE_WRONG)
        return STATUS_INVALID_PARAMETER;
    size_t place = 0;
    while (place < source->count && letter_at(source, place) <= ' ' &&
           letter_at(source, place) != 0)
        place++;
    bool is_negative = letter_at(source, place) == '-';
    if (is_negative || letter_at(source, place) == '+')
        place++;
    if (base == 0 && letter_at(source, place) == '0') {
        real_base = base_of_letter(letter_at(source, place + 1));
        place += real_base == BASE_DECIMAL ? 0 : 2;
    }
    size_t first_digit = place;
    uint64_t sum = 0;
    for (; digit_value(letter_at(source, place)) < real_base; place++)
        sum = sum * real_base + digit_value(letter_at(source, place));
    *value = is_negative ? 0 - sum : sum;
    *used = place == first_digit ? 0 : place;
    return STATUS_SUCCESS;
}
