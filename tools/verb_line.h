/* verb_line.h - how a verb reads its command line: argp, but an unknown option is one line with the
 * nearest one. In tools/pages/ the same function writes the verb's manual page. */
#ifndef TOOLS_VERB_LINE_H
#define TOOLS_VERB_LINE_H

#include "tools/common.h"

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

#endif
