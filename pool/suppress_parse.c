#include "pool/suppress_parse.h"

#include "pool/number.h"
#include "pool/os.h"
#include "pool/text.h"

#include <string.h>

enum { STDERR = 2, LINE_BYTES = 512, SHOWN = 60, WORDS = 3, MONTH = 100, DATE = 10 };

struct line {
    const char *file;
    unsigned number;
    char *rest;
};

static bool refuse(const struct line *line, const char *what, const char *word)
{
    char bytes[LINE_BYTES];
    char shown[SHOWN + 1];
    struct text text = TEXT_OVER(bytes);
    struct text part = TEXT_OVER(shown);
    text_add(&part, "%s", word);
    text_add(&text, "expool: %s:%u: %s: '%s'\n", line->file, line->number, what, shown);
    text_calm(&text);
    os_write(STDERR, text.bytes, text.length);
    return false;
}

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r';
}

/* The next word, NULL behind the last; quotes keep blanks together and go away. */
static char *next_word(struct line *line)
{
    char *at = line->rest;
    while (is_blank(*at))
        at++;
    if (*at == 0 || *at == '#')
        return NULL;
    char *word = at;
    char *to = at;
    char quote = 0;
    for (; *at != 0 && (quote != 0 || !is_blank(*at)); at++)
        if (quote == 0 && (*at == '"' || *at == '\''))
            quote = *at;
        else if (*at == quote)
            quote = 0;
        else
            *to++ = *at;
    line->rest = *at != 0 ? at + 1 : at;
    *to = 0;
    return word;
}

/* "2027-06-30" */
static bool read_day(const char *word, unsigned *day)
{
    *day = 0;
    for (unsigned i = 0; i < DATE; i++) {
        bool is_dash = i == 4 || i == 7;
        if (is_dash ? word[i] != '-' : word[i] < '0' || word[i] > '9')
            return false;
        if (!is_dash)
            *day = *day * 10 + (unsigned)(word[i] - '0');
    }
    unsigned month = *day / MONTH % MONTH;
    return word[DATE] == 0 && month >= 1 && month <= 12 && *day % MONTH >= 1 && *day % MONTH <= 31;
}

static bool take_limit(const struct line *line, char *word, struct suppression *row)
{
    if (strncmp(word, "max=", 4) == 0)
        return number_read(word + 4, word + strlen(word), 10, &row->max) ||
               refuse(line, "max= wants a number", word);
    if (strncmp(word, "until=", 6) == 0)
        return read_day(word + 6, &row->until_day) || refuse(line, "until= wants YYYY-MM-DD", word);
    if (strncmp(word, "reason=", 7) == 0) {
        row->reason = word + 7;
        return true;
    }
    return refuse(line, "neither max=, until= nor reason=", word);
}

static bool is_limit(const char *word)
{
    return strchr(word, '=') != NULL;
}

/* "leak:pattern" of LeakSanitizer means any place that contains the pattern. */
static bool take_foreign(char *word, struct suppression *row)
{
    if (strncmp(word, "leak:", 5) != 0)
        return false;
    row->rule = "leak";
    row->frame = word + 5;
    row->is_part = true;
    return true;
}

static bool take_line(struct line *line, struct suppression *row)
{
    const char *words[WORDS] = {"*", "*", "*"};
    unsigned count = 0;
    char *word = next_word(line);
    *row = (struct suppression){.max = UINT64_MAX, .line = line->number, .tag = "*"};
    if (take_foreign(word, row)) {
        word = next_word(line);
        return word == NULL || refuse(line, "more behind leak:pattern", word);
    }
    for (; word != NULL && !is_limit(word); word = next_word(line))
        if (count == WORDS)
            return refuse(line, "a fourth word before the limits", word);
        else
            words[count++] = word;
    row->rule = words[0];
    row->tag = words[1];
    row->frame = words[2];
    row->is_only = strcmp(row->rule, "only") == 0;
    if (count < 2)
        return refuse(line, "a rule and a tag are needed", row->rule);
    if (strlen(row->tag) > 4)
        return refuse(line, "a tag has four letters at most", row->tag);
    for (; word != NULL; word = next_word(line))
        if (!take_limit(line, word, row))
            return false;
    return true;
}

static bool is_empty(const char *text)
{
    while (is_blank(*text))
        text++;
    return *text == 0 || *text == '#';
}

int suppress_parse(const char *file, char *text, struct suppression *rows)
{
    int count = 0;
    struct line line = {.file = file, .number = 0, .rest = text};
    while (*text != 0) {
        char *end = strchr(text, '\n');
        char *next = end != NULL ? end + 1 : text + strlen(text);
        if (end != NULL)
            *end = 0;
        line.number++;
        line.rest = text;
        text = next;
        if (is_empty(line.rest))
            continue;
        if (count == SUPPRESSIONS_MAX) {
            refuse(&line, "too many suppressions", line.rest);
            return -1;
        }
        if (!take_line(&line, &rows[count]))
            return -1;
        count++;
    }
    return count;
}
