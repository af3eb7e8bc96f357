/* common.h - options that mean the same in every verb, and what they ask for. */
#ifndef TOOLS_COMMON_H
#define TOOLS_COMMON_H

#include "tools/say.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

struct common {
    bool is_quiet;      /* -q */
    bool is_verbose;    /* -v */
    bool is_forced;     /* --force: overwrite */
    bool wants_json;    /* --json */
    const char *output; /* -o FILE; NULL: standard output */
    enum color_choice color;
};

/* Which of them a verb has. */
enum {
    COMMON_QUIET = 1,
    COMMON_VERBOSE = 2,
    COMMON_OUTPUT = 4, /* -o and --force */
    COMMON_JSON = 8,
    COMMON_COLOR = 16,
    COMMON_ALWAYS = 32, /* -h, --version */
};

/* Their keys; the other ones are letters. */
enum { OPTION_FORCE = 0x1000, OPTION_JSON, OPTION_COLOR, OPTION_VERSION };

/* Those of `wanted` (COMMON_ bits) and COMMON_ALWAYS, an empty one behind them. */
enum { COMMON_OPTIONS_MAX = 9 };
void common_options(unsigned wanted, struct argp_option options[COMMON_OPTIONS_MAX]);

/* "expool 0.1.0", compiler, features. */
void version_print(void);

/* What an option names must be there; NULL: it was not given. Dies with `trouble`. */
void need_there(const char *option, const char *path, int trouble);

/* Opens what -o says, or standard output. Dies with `trouble` when the file exists (without
 * --force) or cannot be made. */
FILE *common_open_output(const struct common *common, int trouble);

#endif
