/* script_page.c - the manual page of a shell script, from its opening comment, which it also prints
 * as its usage:
 *   # driver-overlay.sh SOURCES OVERLAY - does this:
 *   #   - in a way
 *   # More of it.
 *   # Exit: 0 fine, 1 not. */
#include "tools/pages/mdoc.h"
#include "tools/pages/pages.h"

#include <stddef.h>
#include <string.h>

enum { LINE_BYTES = 256 };

static bool read_comment(FILE *script, char line[LINE_BYTES])
{
    if (fgets(line, LINE_BYTES, script) == NULL || strncmp(line, "# ", 2) != 0)
        return false;
    line[strcspn(line, "\n")] = 0;
    return true;
}

static void put_head(FILE *file, const char *name, const char *date, const char *arguments)
{
    const char *dash = strstr(arguments, " - ");
    char typed[LINE_BYTES];
    (void)snprintf(typed, sizeof typed, "%.*s", (int)(dash - arguments), arguments);
    mdoc_head(file, name, "1", date);
    (void)fputs(".Sh NAME\n.Nm ", file);
    mdoc_literal(file, name, strlen(name));
    (void)fputs("\n.Nd ", file);
    mdoc_prose(file, dash + 3, strcspn(dash + 3, ":"));
    (void)fputs(".Sh SYNOPSIS\n.Nm\n", file);
    mdoc_arguments(file, typed);
    (void)fputs(".Sh DESCRIPTION\n", file);
    mdoc_prose(file, dash + 3, strlen(dash + 3));
}

static const char exit_word[] = "Exit: ";

/* Prose, or what begins the section about how it ends. */
static void put_line(FILE *file, const char *text)
{
    size_t word = strlen(exit_word);
    bool is_exit = strncmp(text, exit_word, word) == 0;
    (void)fputs(is_exit ? ".Sh EXIT STATUS\n" : "", file);
    text += is_exit ? word : 0;
    mdoc_prose(file, text, strlen(text));
}

/* "--fuzz SECONDS: for each target" */
static void complete_option(const struct pages *pages, const char *name, const char *row)
{
    char option[NAME_BYTES];
    char argument[NAME_BYTES];
    size_t length = strcspn(row, " ");
    const char *end = strstr(row, ": ");
    if (strncmp(row, "--", 2) != 0 || end == NULL || end < row + length + 1)
        return;
    (void)snprintf(option, sizeof option, "%.*s", (int)length, row);
    (void)snprintf(argument, sizeof argument, "%.*s", (int)(end - row - (ptrdiff_t)length - 1),
                   row + length + 1);
    completion_add(pages->completion, name, option, argument);
}

bool script_page_write(const struct pages *pages, const char *name, FILE *script)
{
    char line[LINE_BYTES];
    FILE *file = pages->page;
    bool is_list = false;
    if (fgets(line, sizeof line, script) == NULL || !read_comment(script, line))
        return false;
    const char *arguments = strchr(line + 2, ' ');
    if (arguments == NULL || strstr(arguments, " - ") == NULL)
        return false;
    put_head(file, name, pages->date, arguments + 1);
    while (read_comment(script, line)) {
        bool is_row = strncmp(line, "#   - ", 6) == 0;
        if (is_row != is_list)
            (void)fputs(is_row ? ".Bl -bullet -compact\n" : ".El\n", file);
        is_list = is_row;
        if (is_row) {
            (void)fputs(".It\n", file);
            complete_option(pages, name, line + 6);
        }
        put_line(file, line + (is_row ? 6 : 2));
    }
    (void)fputs(is_list ? ".El\n" : "", file);
    (void)fprintf(pages->completion, "%s @words @any\n", name);
    (void)fputs(".Sh SEE ALSO\n.Xr expool 1\n", file);
    return true;
}
