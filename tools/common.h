/* common.h - options that mean the same in every verb, and how a verb reads its command line: argp,
 * but an unknown option is one line with the nearest one. */
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

/* How a verb reads its command line. `argp` has the verb's own options; its parser gets `input` in
 * state->input. */
struct verb_line {
    const struct argp *argp;
    void *input;
    unsigned common_options; /* COMMON_ bits */
    struct common *common;   /* filled; NULL when there are none */
    int trouble;             /* exit code of a bad command line */
    bool stops_at_word;      /* what follows the first word is a command: not looked at */
};

/* Parses; does not return from --help, --version or a bad command line. Returns the index of the
 * first word that the parser did not take (ARGP_ERR_UNKNOWN for words); argc: it took all. */
int verb_line_parse(const struct verb_line *line, int argc, char **argv);

/* "expool 0.1.0", compiler, features. */
void version_print(void);

/* What an option names must be there; NULL: it was not given. Dies with `trouble`. */
void need_there(const char *option, const char *path, int trouble);

/* Opens what -o says, or standard output. Dies with `trouble` when the file exists (without
 * --force) or cannot be made. */
FILE *common_open_output(const struct common *common, int trouble);

#endif
