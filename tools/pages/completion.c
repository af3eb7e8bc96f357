/* completion.c - what each verb's options take, as rows for completion.bash. */
#include "tools/pages/pages.h"

#include <string.h>

enum { VALUES_BYTES = 256 };

/* What an argument's name says of it. */
static const struct {
    const char *argument;
    const char *kind;
} kinds[] = {
    {"FILE", "@file"},  {"DIR", "@dir"},   {"FOLDER", "@dir"},
    {"FILES", "@file"}, {"text", "@file"}, {"KEY=VALUE:...", "@options"},
};

/* Of a verb's words; the first that is found counts. */
static const struct {
    const char *word;
    const char *kind;
} positions[] = {
    {"PROGRAM", "@command"},
    {"CODE", "@codes"},
    {"RECORD", "@file"},
    {"FILE", "@file"},
};

/* The words of "a|b=2|0x..." that can be typed. */
static void put_words(FILE *file, const char *values)
{
    while (*values != 0) {
        size_t length = strcspn(values, "|");
        size_t word = strcspn(values, "|=");
        if (length < 3 || strncmp(values + length - 3, "...", 3) != 0)
            (void)fprintf(file, " %.*s", (int)word, values);
        values += length + (values[length] == '|' ? 1 : 0);
    }
}

/* "WHAT: query, reset" in the help of an option with WHAT behind it. */
static bool put_listed(FILE *file, const char *argument, const char *doc)
{
    const char *at = doc != NULL ? strstr(doc, argument) : NULL;
    size_t length = strlen(argument);
    if (at == NULL || at[length] != ':')
        return false;
    for (at += length; *at != 0; at += strcspn(at, ",")) {
        at += strspn(at, ":, ");
        (void)fprintf(file, " %.*s", (int)strcspn(at, ", "), at);
    }
    return true;
}

/* What can stand behind the option; "@any" keeps the place of what has no list. */
static void put_values(FILE *file, const char *argument, const char *doc)
{
    const char *dots = strstr(argument, ",...");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(argument, kinds[i].argument) == 0) {
            (void)fprintf(file, " %s", kinds[i].kind);
            return;
        }
    }
    (void)fputs(dots != NULL ? " @list" : "", file);
    if (strchr(argument, '|') != NULL) {
        char words[VALUES_BYTES];
        int length = dots != NULL ? (int)(dots - argument) : (int)strlen(argument);
        (void)snprintf(words, sizeof words, "%.*s", length, argument);
        put_words(file, words);
    } else if (!put_listed(file, argument, doc) && *argument != '[') {
        (void)fputs(" @any", file);
    }
}

void completion_add(FILE *completion, const char *command, const char *option, const char *argument)
{
    (void)fprintf(completion, "%s %s=", command, option);
    put_values(completion, argument, NULL);
    (void)fputc('\n', completion);
}

static void put_row(const struct pages *pages, const char *name, const char *argument,
                    const char *doc)
{
    (void)fprintf(pages->completion, "%s %s", pages->verb->name, name);
    if (argument != NULL)
        put_values(pages->completion, argument, doc);
    (void)fputc('\n', pages->completion);
}

/* `named` is the option or another name of it. */
static void put_option(const struct pages *pages, const struct argp_option *named,
                       const struct argp_option *option)
{
    const char *argument = option->arg;
    char name[NAME_BYTES];
    if ((option->flags & OPTION_DOC) != 0) {
        size_t length = strcspn(named->name, " ");
        argument = named->name[length] != 0 ? named->name + length + 1 : NULL;
        (void)snprintf(name, sizeof name, "%.*s", (int)length, named->name);
    } else {
        (void)snprintf(name, sizeof name, "--%s%s", named->name, argument != NULL ? "=" : "");
    }
    put_row(pages, name, argument, option->doc);
    if (named->key <= ' ' || named->key >= 0x7f)
        return;
    (void)snprintf(name, sizeof name, "-%c", named->key);
    put_row(pages, name, argument, option->doc);
}

/* What is not shown is offered where it has values: the keys of EXPOOL_OPTIONS. */
static void put_options(const struct pages *pages, const struct argp_option *row)
{
    const struct argp_option *option = row;
    for (; row != NULL && !option_is_last(row); row++) {
        option = (row->flags & OPTION_ALIAS) == 0 ? row : option;
        if ((option->flags & OPTION_HIDDEN) == 0 || option->arg != NULL)
            put_option(pages, row, option);
    }
}

void completion_write(const struct pages *pages, const struct verb_line *line)
{
    struct argp_option common[COMMON_OPTIONS_MAX];
    put_options(pages, line->argp->options);
    common_options(line->common_options, common);
    put_options(pages, common);
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        if (strstr(line->argp->args_doc, positions[i].word) == NULL)
            continue;
        (void)fprintf(pages->completion, "%s @words %s\n", pages->verb->name, positions[i].kind);
        return;
    }
    (void)fprintf(pages->completion, "%s @words\n", pages->verb->name);
}
