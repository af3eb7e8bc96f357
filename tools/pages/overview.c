/* overview.c - the pages that are no verb's: the program's and that of the library's options. */
#include "tools/option_rows.h"
#include "tools/pages/mdoc.h"
#include "tools/pages/pages.h"

#include <string.h>

struct entry {
    const char *name;
    const char *text;
};

static const struct entry environment[] = {
    {"EXPOOL_OPTIONS", "options of the library, `key=value:key=value`; see expool-options(7)."},
    {"EXPOOL_CONFIG", "the file of settings that `verifier` writes and a run reads, in place of "
                      "`$XDG_CONFIG_HOME/expool/config` or `~/.config/expool/config`."},
    {"EXPOOL_PRELOAD", "`libexpool-preload.so`, where it does not lie beside this program."},
    {"NO_COLOR", "no colours."},
};

static void put_prose(FILE *file, const char *text)
{
    mdoc_prose(file, text, strlen(text));
}

void overview_write(FILE *file, const char *date)
{
    mdoc_head(file, "expool", "1", date);
    (void)fputs(".Sh NAME\n.Nm expool\n.Nd bugs of memory found as Driver Verifier finds them\n"
                ".Sh SYNOPSIS\n.Nm expool\n.Ar VERB\n.Op Ar OPTION ...\n"
                ".Nm expool Fl h | Fl \\-help | Fl \\-version\n"
                ".Sh DESCRIPTION\n",
                file);
    put_prose(file, "Runs programs on the Windows kernel pool in user mode, each allocation in a "
                    "page of its own beside a guard page, and tells what a report means. Programs "
                    "that are linked with libexpool need no `expool`: they read EXPOOL_OPTIONS "
                    "themselves.");
    (void)fputs(".Pp\nThe verbs, each with a page of its own and with\n.Fl \\-help :\n"
                ".Bl -tag -width expool-verifier(1)\n",
                file);
    for (size_t i = 0; i < verb_count; i++) {
        (void)fprintf(file, ".It Xr expool\\-%s 1\n", verbs[i].name);
        put_prose(file, verbs[i].summary);
    }
    (void)fputs(".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n", file);
    for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++) {
        (void)fprintf(file, ".It Ev %s\n", environment[i].name);
        put_prose(file, environment[i].text);
    }
    (void)fputs(".El\n.Sh SEE ALSO\n.Xr expool\\-options 7\n", file);
}

/* "off=0|standard=0x209bb|0x...": the word of a number, or of a place. */
static void put_default(FILE *file, const struct option_row_text *row)
{
    const char *words = row->values;
    if (row->default_text != NULL) {
        (void)fprintf(file, "%s", row->default_text[0] != 0 ? row->default_text : "empty");
        return;
    }
    if (strchr(words, '|') == NULL) {
        (void)fprintf(file, "%lu", row->default_number);
        return;
    }
    for (unsigned long i = 0; i < row->default_number; i++)
        words += strcspn(words, "|") + 1;
    (void)fprintf(file, "%.*s", (int)strcspn(words, "|="), words);
}

/* "off=0|standard=0x209bb" without the numbers. */
static void put_values(FILE *file, const char *words)
{
    (void)fputs("\\&", file);
    while (*words != 0) {
        size_t word = strcspn(words, "=|");
        words += (size_t)fprintf(file, "%.*s", (int)word, words);
        words += strcspn(words, "|");
        words += *words == '|' ? (size_t)fprintf(file, "|") : 0;
    }
    (void)fputc('\n', file);
}

void options_page_write(FILE *file, const char *date)
{
    mdoc_head(file, "expool-options", "7", date);
    (void)fputs(".Sh NAME\n.Nm expool\\-options\n.Nd options of the library libexpool\n"
                ".Sh SYNOPSIS\n\\fBEXPOOL_OPTIONS\\fR=\\fIkey\\fR=\\fIvalue\\fR:"
                "\\fIkey\\fR=\\fIvalue\\fR... \\fIprogram\\fR\n"
                ".Sh DESCRIPTION\n",
                file);
    put_prose(file, "Colons, commas or blanks stand between options; a value that has one is put "
                    "in quotes. `EXPOOL_OPTIONS=help=1` prints this list with the values in force "
                    "and where each comes from. With `expool run` each is also an option, "
                    "`--key=value`; its command line wins over EXPOOL_OPTIONS, that over the "
                    "program's own defaults, those over the file of EXPOOL_CONFIG. An option that "
                    "is not known, or a value that cannot be, ends the program with 125.");
    (void)fputs(".Bl -tag -width Ds\n", file);
    for (unsigned i = 0; i < option_row_count; i++) {
        const struct option_row_text *row = &option_rows[i];
        (void)fprintf(file, ".It Ic %s Ns = Ns Ar ", row->key);
        put_values(file, row->values);
        put_prose(file, row->help);
        (void)fputs(".br\nDefault: ", file);
        put_default(file, row);
        (void)fputs(".\n", file);
    }
    (void)fputs(".El\n.Sh SEE ALSO\n.Xr expool 1 ,\n.Xr expool\\-run 1\n", file);
}
