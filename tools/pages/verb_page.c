/* verb_page.c - the manual page of one verb. Its text is argp's: before \v what it does; behind it
 * paragraphs, of which "Examples:" and "Exit:" are sections, their rows indented. */
#include "tools/pages/mdoc.h"
#include "tools/pages/pages.h"

#include <string.h>

static const struct {
    const char *word; /* at the start of a paragraph */
    const char *section;
} sections[] = {
    {NULL, NULL},
    {"Exit:", "EXIT STATUS"},
    {"Examples:", "EXAMPLES"},
};

enum { PLAIN, EXIT, EXAMPLES };

static unsigned section_of(const char *paragraph)
{
    for (unsigned i = EXIT; i <= EXAMPLES; i++)
        if (strncmp(paragraph, sections[i].word, strlen(sections[i].word)) == 0)
            return i;
    return PLAIN;
}

/* "  121   nothing was checked" */
static void put_exit_row(FILE *file, const char *row, size_t length)
{
    size_t begin = strspn(row, " ");
    size_t code = strcspn(row + begin, " \n");
    size_t text = begin + code + strspn(row + begin + code, " ");
    (void)fprintf(file, ".It Li %.*s\n", (int)code, row + begin);
    mdoc_prose(file, row + text, length - text);
}

/* The lines of a section; those that are not indented are prose. */
static void put_rows(FILE *file, unsigned section, const char *text, size_t length)
{
    const char *end = text + length;
    bool is_open = false;
    while (text < end) {
        size_t line = strcspn(text, "\n");
        line = line < (size_t)(end - text) ? line : (size_t)(end - text);
        bool is_row = *text == ' ';
        if (is_row && !is_open)
            (void)fputs(section == EXIT ? ".Bl -tag -width 6n\n" : ".Bd -literal\n", file);
        is_open |= is_row;
        if (!is_row && line > 0)
            mdoc_prose(file, text, line);
        else if (section == EXIT)
            put_exit_row(file, text, line);
        else {
            mdoc_literal(file, text + 2, line - 2);
            (void)fputc('\n', file);
        }
        text += line + 1;
    }
    if (is_open)
        (void)fputs(section == EXIT ? ".El\n" : ".Ed\n", file);
}

/* The paragraphs of one kind. */
static void put_paragraphs(FILE *file, unsigned section, const char *text)
{
    while (text != NULL && *text != 0) {
        const char *gap = strstr(text, "\n\n");
        size_t length = gap != NULL ? (size_t)(gap - text) : strlen(text);
        if (section_of(text) == section && section == PLAIN) {
            (void)fputs(".Pp\n", file);
            mdoc_prose(file, text, length);
        } else if (section_of(text) == section) {
            size_t word = strlen(sections[section].word) + 1;
            (void)fprintf(file, ".Sh %s\n", sections[section].section);
            put_rows(file, section, text + word, length - word);
        }
        text = gap != NULL ? gap + 2 : NULL;
    }
}

/* "/flags N" of the verifier; or -q, --quiet, --to=FORMATS. */
static void put_names(FILE *file, const struct argp_option *option, const char *argument)
{
    if ((option->flags & OPTION_DOC) != 0) {
        size_t length = strcspn(option->name, " ");
        (void)fprintf(file, "Ic \\&%.*s", (int)length, option->name);
        if (option->name[length] != 0)
            (void)fprintf(file, " Ar \\&%s", option->name + length + 1);
        return;
    }
    if (option->key > ' ' && option->key < 0x7f)
        (void)fprintf(file, "Fl %c , ", option->key);
    (void)fputs("Fl \\-", file);
    mdoc_literal(file, option->name, strlen(option->name));
    if (argument != NULL)
        (void)fprintf(file, " Ns = Ns Ar \\&%s", argument);
}

static bool is_shown(const struct argp_option *option)
{
    return option->name != NULL && (option->flags & OPTION_HIDDEN) == 0;
}

static void put_options(FILE *file, const struct argp_option *options)
{
    for (; options != NULL && !option_is_last(options); options++) {
        const struct argp_option *real = options;
        if (!is_shown(real))
            continue;
        (void)fputs(".It ", file);
        put_names(file, real, real->arg);
        for (; (options[1].flags & OPTION_ALIAS) != 0; options++) {
            (void)fputs(" , ", file);
            put_names(file, options + 1, real->arg);
        }
        (void)fputc('\n', file);
        mdoc_prose(file, real->doc, strlen(real->doc));
    }
}

static void put_head(const struct pages *pages, const struct verb_line *line)
{
    char title[NAME_BYTES];
    FILE *file = pages->page;
    const char *verb = pages->verb->name;
    (void)snprintf(title, sizeof title, "expool-%s", verb);
    mdoc_head(file, title, "1", pages->date);
    (void)fprintf(file, ".Sh NAME\n.Nm expool\\-%s", verb);
    if (pages->is_link)
        (void)fprintf(file, " ,\n.Nm %s", verb);
    (void)fprintf(file, "\n.Nd ");
    mdoc_literal(file, pages->verb->summary, strlen(pages->verb->summary));
    (void)fprintf(file, "\n.Sh SYNOPSIS\n");
    (void)fprintf(file, ".Nm %s%s\n.Op Ar OPTION ...\n", pages->is_link ? "" : "expool ", verb);
    mdoc_arguments(file, line->argp->args_doc);
}

void verb_page_write(const struct pages *pages, const struct verb_line *line)
{
    struct argp_option common[COMMON_OPTIONS_MAX];
    FILE *file = pages->page;
    const char *doc = line->argp->doc;
    const char *behind = strchr(doc, '\v');
    size_t length = behind != NULL ? (size_t)(behind - doc) : strlen(doc);
    put_head(pages, line);
    (void)fputs(".Sh DESCRIPTION\n", file);
    mdoc_prose(file, doc, length);
    behind = behind != NULL ? behind + 1 : NULL;
    put_paragraphs(file, PLAIN, behind);
    (void)fputs(".Bl -tag -width Ds\n", file);
    put_options(file, line->argp->options);
    common_options(line->common_options, common);
    put_options(file, common);
    (void)fputs(".El\n", file);
    put_paragraphs(file, EXIT, behind);
    put_paragraphs(file, EXAMPLES, behind);
    (void)fputs(".Sh SEE ALSO\n.Xr expool 1 ,\n.Xr expool\\-options 7\n", file);
}
