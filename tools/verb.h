/* verb.h - the verbs of the program `expool`: `expool VERB ...`. A row in verbs.def, a function
 * verb_NAME in a file of its own. */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

#include <stddef.h>

struct verb {
    const char *name;
    /* argv[0] is "expool NAME". Returns the exit code. */
    int (*run)(int argc, char **argv);
    int trouble;         /* exit code when what it printed did not arrive */
    const char *summary; /* one line for `expool --help` */
};

extern const struct verb verbs[];
extern const size_t verb_count;

#define VERB(name, trouble, summary) int verb_##name(int argc, char **argv);
#include "tools/verbs.def"
#undef VERB

/* Exit codes. A tool says as grep does whether it found something; `expool run` keeps clear of the
 * program's own codes as env and timeout do. */
enum exit_code {
    EXIT_NOTHING = 0,
    EXIT_FOUND = 1,
    EXIT_TROUBLE = 2,
    EXIT_UNCHECKED = 121, /* run: nothing was checked */
    EXIT_RUN_FAILED = 125,
    EXIT_CANNOT_EXECUTE = 126,
    EXIT_NOT_FOUND = 127,
};

#endif
