#include "tools/pages/mdoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

enum { DATE_BYTES = 64 };

static void put_capitals(FILE *file, const char *text)
{
    for (; *text != 0; text++)
        (void)fputc((toupper)((unsigned char)*text), file);
}

void mdoc_head(FILE *file, const char *title, const char *section, const char *date)
{
    struct tm day = {0};
    char text[DATE_BYTES] = "";
    if (strptime(date, "%d %b %Y", &day) != NULL)
        (void)strftime(text, sizeof text, "%B %e, %Y", &day);
    (void)fprintf(file, ".Dd %s\n.Dt ", text);
    put_capitals(file, title);
    (void)fprintf(file, " %s\n.Os expool %s\n", section, EXPOOL_VERSION);
}

/* What roff would take for a command, or draw as another letter. */
static void put_letter(FILE *file, char letter)
{
    switch (letter) {
    case '\\': (void)fputs("\\e", file); break;
    case '-': (void)fputs("\\-", file); break;
    case '\'': (void)fputs("\\(aq", file); break;
    case '`': (void)fputs("\\(ga", file); break;
    case '^': (void)fputs("\\(ha", file); break;
    case '~': (void)fputs("\\(ti", file); break;
    default: (void)fputc(letter, file);
    }
}

void mdoc_literal(FILE *file, const char *text, size_t length)
{
    if (length > 0 && *text == '.')
        (void)fputs("\\&", file);
    for (size_t i = 0; i < length; i++)
        put_letter(file, text[i]);
}

static bool begins_option(const char *text, size_t at)
{
    return text[at] == '-' && (at == 0 || strchr(" `(\n", text[at - 1]) != NULL);
}

static bool ends_sentence(const char *text, size_t at, size_t length)
{
    return (text[at] == '.' || text[at] == '?') && at + 2 < length && text[at + 1] == ' ' &&
           !islower((unsigned char)text[at + 2]);
}

/* Names and what is typed are not broken at the end of a line. */
static bool is_whole(const char *word)
{
    size_t length = strcspn(word, " \n");
    for (size_t i = 1; i < length; i++)
        if (isupper((unsigned char)word[i]) || strchr("_/.=", word[i]) != NULL)
            return i + 1 < length;
    return false;
}

/* Where a word that is quoted ends; not "the system's" nor "programs' ends". */
static bool ends_quote(const char *text, size_t at)
{
    size_t open = at;
    while (open > 0 && text[open - 1] != ' ' && text[open - 1] != '\n')
        open--;
    bool is_end = !isalnum((unsigned char)text[at + 1]);
    return is_end && memchr(text + open, '\'', at - open) != NULL;
}

void mdoc_prose(FILE *file, const char *text, size_t length)
{
    bool is_option = false; /* in a word that is typed: its hyphens, too */
    bool is_bold = false;
    for (size_t i = 0; i < length; i++) {
        if ((i == 0 || text[i - 1] == ' ') && (is_bold || is_whole(text + i)))
            (void)fputs("\\%", file);
        is_option = (is_option && text[i] != ' ') || begins_option(text, i);
        if (text[i] == '`') {
            is_bold = !is_bold;
            (void)fputs(is_bold ? "\\fB" : "\\fR", file);
        } else if (text[i] == '\'' && i > 0 && isalnum((unsigned char)text[i - 1]) &&
                   !ends_quote(text, i)) {
            (void)fputs("\\(cq", file);
        } else if (text[i] == '-' && !is_option && !is_bold) {
            (void)fputc('-', file);
        } else if (ends_sentence(text, i, length)) {
            (void)fprintf(file, "%c\n", text[i++]);
        } else {
            put_letter(file, text[i]);
        }
    }
    (void)fputc('\n', file);
}

static bool is_slanted(const char *text, bool before)
{
    bool is_capital = isupper((unsigned char)*text) || (before && *text == '_');
    return is_capital &&
           (before || isupper((unsigned char)text[1]) || !isalpha((unsigned char)text[1]));
}

void mdoc_arguments(FILE *file, const char *text)
{
    bool is_on = false;
    for (; *text != 0; text++) {
        bool wanted = is_slanted(text, is_on);
        if (wanted != is_on)
            (void)fputs(wanted ? "\\fI" : "\\fR", file);
        is_on = wanted;
        put_letter(file, *text);
    }
    (void)fputs(is_on ? "\\fR\n" : "\n", file);
}
