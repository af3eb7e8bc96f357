/* option_rows.h - the options of the library, as data: made from pool/options.def when the program
 * is built. */
#ifndef TOOLS_OPTION_ROWS_H
#define TOOLS_OPTION_ROWS_H

struct option_row_text {
    const char *key;
    const char *values; /* "end|start|exact", "1 to 32", "text" */
    const char *help;
    unsigned long default_number; /* of words: which of them */
    const char *default_text;     /* NULL: it is a number */
};

extern const struct option_row_text option_rows[];
extern const unsigned option_row_count;

#endif
