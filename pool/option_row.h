/* option_row.h - the rows of options.def as data: how the parser, the help and the "Again" line of
 * a report see an option. */
#ifndef POOL_OPTION_ROW_H
#define POOL_OPTION_ROW_H

#include "pool/options.h"

#include <stddef.h>

enum option_kind { OPTION_IS_WORD, OPTION_IS_NUMBER, OPTION_IS_BITS, OPTION_IS_TEXT };

struct option_row {
    const char *key;
    enum option_kind kind;
    const char *words; /* "off|standard"; of bits "off=0|standard=0x209bb" */
    const char *help;
    uint64_t low; /* of a number */
    uint64_t high;
    uint64_t mask; /* of bits: those there are */
    size_t offset; /* in struct options: unsigned, uint64_t, uint64_t, char[OPTION_TEXT_BYTES] */
};

extern const struct option_row option_rows[];
extern const unsigned option_row_count;

/* The row of that name; NULL: there is none. */
const struct option_row *option_row_find(const char *key, size_t length);

/* What somebody may have meant; NULL: no row is close to that. */
const char *option_row_nearest(const char *key, size_t length);

/* Applies every pair of `text` to `set`; false when one was refused, after one line on stderr for
 * each (the others are applied all the same). `applied` is called for each pair taken. */
typedef void option_applied(const struct option_row *row, void *context);
bool option_apply_text(struct options *set, const char *text, option_applied *applied,
                       void *context);

/* The value in force differs from the row's default. */
bool option_is_changed(const struct option_row *row);

/* It is as the program's own defaults say: expool_default_options. */
bool option_is_of_program(const struct option_row *row);

/* The row's value in `set`, as it would be typed. */
void option_add_value(struct text *text, const struct options *set, const struct option_row *row);

#endif
