/* inject_settings.h - the words of the option low_resources, taken apart:
 *   off
 *   rate=600;tags=Tag1 Fr*;apps=notepad.exe;after_ms=5000;sizes=1-512      randomized
 *   nth=17;tags=...                                                        that one call alone
 *   systematic;state=FILE;exclude=1f3a99c0 00ab12ff      each stack once, the first time
 *   systematic;only=1f3a99c0                             that stack alone, the first time
 *   record;state=FILE                                    fails nothing, writes the stacks down
 * Lists are parted by blanks. Facts, no lock. */
#ifndef VERIFIER_INJECT_SETTINGS_H
#define VERIFIER_INJECT_SETTINGS_H

#include "pool/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum inject_mode { INJECT_OFF, INJECT_RANDOM, INJECT_NTH, INJECT_SYSTEMATIC, INJECT_RECORD };

enum {
    INJECT_RATE_MAX = 10000,
    INJECT_RATE_DEFAULT = 600, /* Windows' */
    INJECT_LIST_BYTES = 64,
    INJECT_PATH_BYTES = 256,
};

struct inject_settings {
    enum inject_mode mode;
    unsigned rate; /* in INJECT_RATE_MAX calls */
    uint64_t nth;  /* counted from 1 among the calls that match */
    uint64_t after_ms;
    uint64_t size_least;
    uint64_t size_most;
    uint32_t only;                   /* stack id; 0: every stack */
    char tags[INJECT_LIST_BYTES];    /* "": all */
    char apps[INJECT_LIST_BYTES];    /* "": all */
    char exclude[INJECT_PATH_BYTES]; /* stack ids, hexadecimal */
    char state[INJECT_PATH_BYTES];   /* "": nothing is kept */
};

/* False: `complaint` says what is wrong, without a line end; *settings is then undefined. */
bool inject_settings_read(const char *text, struct inject_settings *settings,
                          struct text *complaint);

/* Has the list a pattern (`*` the rest, `?` one letter) that `name` matches? An empty list has. */
bool inject_list_has(const char *list, const char *name);

/* Is the stack id in the list of hexadecimal numbers? */
bool inject_list_has_id(const char *list, uint32_t id);

#endif
