/* completion.c - what each verb's options take, as rows for completion.bash. */
#include "tools/pages/pages.h"

#include <string.h>

/* What an argument's name says of it. */
static const struct {
    const char *argument;
    const char *kind;
} kinds[] = {
    {"FILE", "@file"},
    {"DIR", "@dir"},
    {"FOLDER", "@dir"},
    {"text", "@file"},
    {"KEY=VALUE:...", "@options"},
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

void completion_words(FILE *file, const char *values)
{
    while (*values != 0) {
        size_t length = strcspn(values, "|");
        size_t word = strcspn(values, "|=");
        if (strncmp(values + length - 3, "...", 3) != 0)
            (void)fprintf(file, " %.*s", (int)word, values);
        values += length + (values[length] == '|' ? 1 : 0);
    }
}

/* "WHAT: query, reset" in the help of an option with WHAT behind it. */
static void put_listed(FILE *file, const char *argument, const char *doc)
{
    const char *at = doc != NULL ? strstr(doc, argument) : NULL;
    size_t length = strlen(argument);
    if (at == NULL || at[length] != ':')
        return;
    for (at += length; *at != 0; at += strcspn(at, ",")) {
        at += strspn(at, ":, ");
        (void)fprintf(file, " %.*s", (int)strcspn(at, ", "), at);
    }
}

static void put_values(FILE *file, const char *argument, const char *doc)
{
    const char *dots = strstr(argument, ",...");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(argument, kinds[i].argument) == 0)
            (void)fprintf(file, " %s", kinds[i].kind);
    if (dots != NULL)
        (void)fprintf(file, " @list");
    if (strchr(argument, '|') == NULL)
        put_listed(file, argument, doc);
    else if (dots != NULL) {
        char words[NAME_BYTES];
        (void)snprintf(words, sizeof words, "%.*s", (int)(dots - argument), argument);
        completion_words(file, words);
    } else {
        completion_words(file, argument);
    }
}

/* `named` is the option or another name of it. */
static void put_option(const struct pages *pages, const struct argp_option *named,
                       const struct argp_option *option)
{
    FILE *file = pages->completion;
    const char *argument = option->arg;
    const char *verb = pages->verb->name;
    if ((option->flags & OPTION_DOC) != 0) {
        size_t length = strcspn(named->name, " ");
        (void)fprintf(file, "%s %.*s", verb, (int)length, named->name);
        argument = named->name[length] != 0 ? named->name + length + 1 : NULL;
    } else {
        (void)fprintf(file, "%s --%s%s", verb, named->name, argument != NULL ? "=" : "");
    }
    if (argument != NULL)
        put_values(file, argument, option->doc);
    (void)fputc('\n', file);
    if (named->key <= ' ' || named->key >= 0x7f)
        return;
    (void)fprintf(file, "%s -%c", verb, named->key);
    if (argument != NULL)
        put_values(file, argument, option->doc);
    (void)fputc('\n', file);
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
