/* suppress_parse.h - a file of suppressions as rows; words are cut out of the text in place. */
#ifndef POOL_SUPPRESS_PARSE_H
#define POOL_SUPPRESS_PARSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SUPPRESSIONS_MAX = 512 };

struct suppression {
    const char *rule;  /* pattern over "damage-after-block", "0xC1/0x24"; "only" */
    const char *tag;   /* pattern over the four letters */
    const char *frame; /* pattern over "module!function", or function or file */
    const char *reason;
    uint64_t max;       /* findings, or blocks of leaks; UINT64_MAX: any number */
    unsigned until_day; /* year * 10000 + month * 100 + day, the last one; 0: for ever */
    unsigned line;
    bool is_only;
    bool is_part; /* the frame's pattern may stand anywhere in the name */
    bool is_expired;
    _Atomic uint64_t used;  /* findings, or blocks */
    _Atomic uint64_t bytes; /* hidden with them */
};

/* `text` ends with 0. Returns how many rows, -1 after saying FILE:LINE and what is wrong there. */
int suppress_parse(const char *file, char *text, struct suppression *rows);

#endif
