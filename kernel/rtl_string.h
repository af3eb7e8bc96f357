/* rtl_string.h - what string routines share: letters of either width, their buffers from pool. */
#ifndef KERNEL_RTL_STRING_H
#define KERNEL_RTL_STRING_H

#include "expool/status.h"

#include <stdbool.h>

enum {
    STRING_TAG = 'grtS',
    STRING_BYTES_MAX = 0xfffe,
    UNICODE_LENGTH_MAX = 0xfffc, /* with room for a final 0 */
    INTEGER_LETTERS_MAX = 64,
};

/* Letters to read a number from. */
struct digits_source {
    const void *letters;
    size_t count;
    bool is_wide;
};

/* Paged pool; at least two bytes, so that an empty string has a buffer too. NULL when out. */
void *string_allocate(size_t size_bytes);
void string_free(void *buffer);

size_t wide_length(const uint16_t *text);
/* `count` letters each; by numbers, or upper case first. */
int wide_compare(const uint16_t *first, const uint16_t *second, size_t count, bool ignores_case);

/* Digits of `value` so that they end at `end`; returns how many. Base 2, 8, 10 or 16. */
size_t digits_write(char *end, uint64_t value, unsigned base);
/* 0 becomes 10; 1 for a base that Windows does not take. */
unsigned digits_base(uint32_t base);
/* What RtlUnicodeStringToInteger takes; *used: letters read, 0 when there was no digit. */
NTSTATUS digits_read(const struct digits_source *source, uint32_t base, uint64_t *value,
                     size_t *used);

#endif
