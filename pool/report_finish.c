/* report_finish.c - from the draft of a report to what is written: colours or none, letters that
 * the terminal knows, lines that fit, no control character that came in with a name. */
#include "pool/report.h"

#include "pool/options.h"
#include "pool/report_environment.h"
#include "pool/report_output.h"

#include <string.h>

enum { CUT_BYTES = 3, ASCII_END = 0x7f };

static const char *colour_of(char mark)
{
    static const char *const colour[] = {"\033[1;31m", "\033[1m", "\033[0m", ""};
    return colour[mark - REPORT_RED[0]];
}

static bool is_mark(char letter)
{
    return letter >= REPORT_RED[0] && letter <= REPORT_WHOLE[0];
}

static bool begins_letter(char byte)
{
    return ((unsigned char)byte & 0xc0u) != 0x80u;
}

static void add_letter(struct text *text, char byte, bool is_utf8)
{
    unsigned char value = (unsigned char)byte;
    bool is_shown = (value >= ' ' && value < ASCII_END) || (value > ASCII_END && is_utf8);
    if (is_shown || begins_letter(byte))
        text_add_bytes(text, is_shown ? &byte : "?", 1);
}

static size_t columns_of(const char *line, size_t length, bool is_utf8)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += !is_mark(line[i]) && (begins_letter(line[i]) || !is_utf8);
    return columns;
}

static bool may_be_long(const char *line)
{
    static const char *const start[] = {REPORT_WHOLE, "==", "DEDUP_TOKEN"};
    for (unsigned i = 0; i < sizeof start / sizeof start[0]; i++)
        if (strncmp(line, start[i], strlen(start[i])) == 0)
            return true;
    return false;
}

static void finish_line(struct text *text, const char *line, size_t length, struct report_look look)
{
    size_t room = SIZE_MAX;
    bool is_cut = !may_be_long(line) && columns_of(line, length, look.is_utf8) > REPORT_COLUMNS;
    if (is_cut)
        room = REPORT_COLUMNS - CUT_BYTES;
    for (size_t i = 0; i < length; i++) {
        if (is_mark(line[i])) {
            if (look.is_colored)
                text_add(text, "%s", colour_of(line[i]));
            continue;
        }
        if (begins_letter(line[i]) && room-- == 0)
            break;
        add_letter(text, line[i], look.is_utf8);
    }
    if (is_cut)
        text_add(text, look.is_colored ? "...\033[0m" : "...");
    text_trim(text);
}

void report_finish(struct text *text, const struct text *draft, struct report_look look)
{
    const char *end = draft->bytes + draft->length;
    for (const char *line = draft->bytes; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((stop != NULL ? stop : end) - line);
        finish_line(text, line, length, look);
        text_add(text, "\n");
        line += length + 1;
    }
}

/* Behind the last comma that leaves the line short enough; its whole length when there is none. */
static size_t breaking_point(const char *line, size_t length)
{
    if (length <= REPORT_COLUMNS)
        return length;
    for (size_t at = REPORT_COLUMNS; at > REPORT_COLUMNS / 2; at--)
        if (line[at - 1] == ',' && line[at] == ' ')
            return at;
    return length;
}

void report_add_broken(struct text *text, const char *line, size_t indent)
{
    while (*line != 0) {
        size_t length = strcspn(line, "\n");
        size_t used = breaking_point(line, length);
        text_add_bytes(text, line, used);
        line += used;
        if (used == length && *line == 0)
            return;
        text_add(text, "\n");
        line += 1; /* the end of a line, or the blank behind the comma */
        if (used < length)
            text_pad_to(text, indent);
    }
}

unsigned report_line_count(const struct text *text)
{
    unsigned count = 0;
    for (size_t i = 0; i < text->length; i++)
        count += text->bytes[i] == '\n';
    return count;
}

static bool wants_color(void)
{
    if (options.color != OPTION_COLOR_AUTO)
        return options.color == OPTION_COLOR_ALWAYS;
    if (report_environment.is_colored || report_environment.is_colorless)
        return report_environment.is_colored;
    return report_output_is_terminal();
}

struct report_look report_look(void)
{
    return (struct report_look){.is_colored = wants_color(), .is_utf8 = report_environment.is_utf8};
}
