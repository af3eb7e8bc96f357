/* report_command.c - the line that runs the program again with the options that matter. */
#include "pool/report.h"

#include "pool/option_row.h"
#include "pool/os.h"
#include "pool/os_report.h"
#include "pool/report_environment.h"
#include "pool/util.h"

#include <string.h>

enum { ARGUMENT_BYTES = 4096, WORD_BYTES = 1024, MARGIN = 10, CONTINUATION = 2 };

/* Words that a shell reads as one command; a backslash ends each line but the last. */
struct line {
    struct text *text;
    size_t column;
};

static const char *const is_default_of_run[] = {"verifier=standard", "special_pool_full=fallback",
                                                "leaks=off"};
/* Where things go and how they look says nothing of how the program behaves. */
static const char *const is_about_output[] = {
    "log",     "record",       "color", "banner",         "hexdump",
    "verbose", "strip_prefix", "help",  "strict_options", "print_suppressions"};

static bool is_safe(const char *word)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,+@%^-";
    return *word != 0 && word[strspn(word, safe)] == 0;
}

static void add_quoted(struct text *text, const char *word)
{
    if (is_safe(word)) {
        text_add(text, "%s", word);
        return;
    }
    text_add(text, "'");
    for (; *word != 0; word++)
        if (*word == '\'')
            text_add(text, "'\\''");
        else
            text_add_bytes(text, word, 1);
    text_add(text, "'");
}

static void add_word(struct line *line, const char *word)
{
    char bytes[WORD_BYTES];
    struct text quoted = TEXT_OVER(bytes);
    add_quoted(&quoted, word);
    size_t blank = line->column > MARGIN ? 1 : 0;
    if (blank != 0 && line->column + 1 + quoted.length + CONTINUATION > REPORT_COLUMNS) {
        text_add(line->text, " \\\n" REPORT_WHOLE);
        text_pad_to(line->text, MARGIN + 1); /* the mark takes no column */
        line->column = MARGIN;
        blank = 0;
    }
    text_add(line->text, "%s%s", blank != 0 ? " " : "", bytes);
    line->column += blank + quoted.length;
}

static bool is_listed(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* What the program sets for itself, it sets again; `extra` ("key=value") says something else. */
static bool is_worth_telling(const struct option_row *row, const char *extra)
{
    size_t length = strlen(row->key);
    bool is_replaced = strncmp(extra, row->key, length) == 0 && extra[length] == '=';
    return option_is_changed(row) && !option_is_of_program(row) && !is_replaced &&
           !is_listed(row->key, is_about_output, COUNT_OF(is_about_output));
}

static void add_run_options(struct line *line, const char *extra)
{
    for (unsigned i = 0; i < option_row_count; i++) {
        char bytes[WORD_BYTES] = "--";
        const struct option_row *row = &option_rows[i];
        struct text pair = TEXT_OVER(bytes);
        if (!is_worth_telling(row, extra))
            continue;
        text_add(&pair, "--%s=", row->key);
        option_add_value(&pair, &options, row);
        if (!is_listed(bytes + 2, is_default_of_run, COUNT_OF(is_default_of_run)))
            add_word(line, bytes);
    }
}

static void add_environment(struct line *line, const char *extra)
{
    char bytes[WORD_BYTES];
    struct text settings = TEXT_OVER(bytes);
    text_add(&settings, "EXPOOL_OPTIONS=");
    size_t empty = settings.length;
    for (unsigned i = 0; i < option_row_count; i++) {
        const struct option_row *row = &option_rows[i];
        if (!is_worth_telling(row, extra))
            continue;
        text_add(&settings, "%s%s=", settings.length > empty ? ":" : "", row->key);
        option_add_value(&settings, &options, row);
    }
    if (extra[0] != 0)
        text_add(&settings, "%s%s", settings.length > empty ? ":" : "", extra);
    if (settings.length > empty)
        add_word(line, bytes);
}

static void add_arguments(struct line *line)
{
    static char bytes[ARGUMENT_BYTES]; /* one report at a time */
    long length = os_read_file("/proc/self/cmdline", bytes, sizeof bytes - 1);
    bytes[length > 0 ? length : 0] = 0;
    for (long at = 0; at < length; at += (long)strlen(bytes + at) + 1)
        add_word(line, bytes + at);
    if (length == sizeof bytes - 1)
        text_add(line->text, " ...");
}

void report_command(struct text *text, const char *extra)
{
    struct line line = {text, MARGIN};
    if (report_environment.run[0] != 0) {
        char bytes[WORD_BYTES];
        struct text pair = TEXT_OVER(bytes);
        add_word(&line, "expool");
        add_word(&line, "run");
        text_add(&pair, "--%s", extra);
        if (extra[0] != 0)
            add_word(&line, bytes);
        add_run_options(&line, extra);
        add_word(&line, "--");
    } else {
        add_environment(&line, extra);
    }
    add_arguments(&line);
    text_add(text, "\n");
}
