/* pages.h - the manual pages and the shell's completion, made from what --help is made from: the
 * rows of verbs.def, each verb's argp, options.def. A verb is run with --help; what is
 * verb_line_parse() in the program writes its page here. */
#ifndef TOOLS_PAGES_PAGES_H
#define TOOLS_PAGES_PAGES_H

#include "tools/verb.h"
#include "tools/verb_line.h"

#include <stdbool.h>
#include <stdio.h>

enum { NAME_BYTES = 64 };

struct pages {
    const char *date; /* "22 Nov 2026" */
    const struct verb *verb;
    bool is_link;     /* the verb has a name of its own in PATH, too */
    FILE *page;       /* of the verb */
    FILE *completion; /* rows of all */
};

/* expool-VERB(1). */
void verb_page_write(const struct pages *pages, const struct verb_line *line);

/* expool(1) and expool-options(7). */
void overview_write(FILE *file, const char *date);
void options_page_write(FILE *file, const char *date);

/* The page of a script, from the comment it begins with; false: that is not one. Its options,
 * "  - --fuzz SECONDS: ...", become rows of the completion. */
bool script_page_write(const struct pages *pages, const char *name, FILE *script);

/* A row an option, "VERB --NAME= WORD...": @file, @dir, @list WORD..., @options, @any for what
 * can stand behind it; "VERB @words KIND" for the verb's own words. */
void completion_write(const struct pages *pages, const struct verb_line *line);
void completion_add(FILE *completion, const char *command, const char *option,
                    const char *argument);

/* A list of options ends with one that has nothing. */
bool option_is_last(const struct argp_option *option);

#endif
