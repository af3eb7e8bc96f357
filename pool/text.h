/* text.h - a bounded line of text put together without malloc, locale or stdio, so that a signal
 * handler may use it. What does not fit is cut, and text_is_cut says so.
 *   | bytes ...... 0 |  room left |
 */
#ifndef POOL_TEXT_H
#define POOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;
    size_t capacity; /* with the final 0 */
    size_t length;
    bool is_cut;
};

struct text text_over(char *bytes, size_t capacity);
#define TEXT_OVER(array) text_over((array), sizeof(array))

/* Appends. The format knows %s %c %d %u %x %X %p %% with l, ll, z, a width and a leading 0 or -,
 * and %t: a pool tag as tools print it ('Tag1' -> "1gaT"), and %,u: digits in groups of three. */
void text_add(struct text *text, const char *format, ...);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_trim(struct text *text);                  /* takes blanks off the end */
void text_calm(struct text *text);                  /* what a terminal would obey becomes dots */
void text_pad_to(struct text *text, size_t column); /* blanks up to `column` of the current line */

#endif
