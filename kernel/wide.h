/* wide.h - comparing 16-bit strings where only names are at stake: letters of ASCII without regard
 * to case. */
#ifndef KERNEL_WIDE_H
#define KERNEL_WIDE_H

#include "expool/types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t wide_upper(uint16_t letter)
{
    return letter >= 'a' && letter <= 'z' ? (uint16_t)(letter - 'a' + 'A') : letter;
}

static inline size_t wide_length(const UNICODE_STRING *text) /* letters */
{
    return text != NULL && text->Buffer != NULL ? text->Length / sizeof(uint16_t) : 0;
}

static inline bool wide_equal(const WCHAR *one, const WCHAR *two, size_t letters)
{
    for (size_t i = 0; i < letters; i++)
        if (wide_upper(one[i]) != wide_upper(two[i]))
            return false;
    return true;
}

/* True when the string begins with an ASCII text. */
static inline bool wide_begins(const WCHAR *text, size_t letters, const char *prefix)
{
    size_t i = 0;
    for (; prefix[i] != 0; i++)
        if (i >= letters || wide_upper(text[i]) != wide_upper((uint16_t)prefix[i]))
            return false;
    return true;
}

#endif
