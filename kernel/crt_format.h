/* crt_format.h - Windows' formatted text in either width:
 *   %[-+ #0][width|*][.precision|.*][hh|h|l|ll|I|I32|I64|w|z|t|j]letter
 * Letters d i u x X o p c C s S Z; no floating point. `l` is 32 bits. s and c are as wide as the
 * format, S and C of the other width; `h` makes them 8-bit, `l` and `w` 16-bit, Z likewise. */
#ifndef KERNEL_CRT_FORMAT_H
#define KERNEL_CRT_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Where letters go: `room` of them are stored, all are counted. */
struct format_sink {
    void *letters;
    size_t room;
    size_t length;
    bool is_wide; /* of the format, too */
};

void format_add(struct format_sink *sink, const void *format, va_list *arguments);

#endif
