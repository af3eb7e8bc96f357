#include "tools/explain.h"

#include "tools/explain_pages.h"
#include "tools/stop_codes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 96, INDENT = 4, LABEL = 14, PROSE_BYTES = 4096 };

/* Words of `text`, folded at the width; every line but the first is indented. */
static void print_folded(FILE *file, unsigned indent, const char *text)
{
    unsigned column = indent;
    while (*text != 0) {
        size_t length = strcspn(text, " ");
        if (column > indent && column + 1 + length > WIDTH) {
            (void)fprintf(file, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            (void)fputc(' ', file);
            column++;
        }
        (void)fprintf(file, "%.*s", (int)length, text);
        column += (unsigned)length;
        text += length + strspn(text + length, " ");
    }
    (void)fputc('\n', file);
}

static void print_label(FILE *file, const char *label, const char *text)
{
    (void)fprintf(file, "%-*s", LABEL, label);
    print_folded(file, LABEL, text);
}

static void print_parameters(FILE *file, const struct stop_code *code,
                             const struct stop_case *which)
{
    for (unsigned i = 1; i <= STOP_PARAMETERS; i++) {
        const char *meaning = stop_parameter(code, which, i);
        (void)fprintf(file, "%-*s%u  ", LABEL, i == 1 ? "Parameters" : "", i);
        if (i == code->case_parameter && which != NULL)
            (void)fprintf(file, "0x%" PRIX64 ": the case\n", which->number);
        else
            print_folded(file, LABEL + 3, *meaning == 0 ? "reserved" : meaning);
    }
}

static bool is_of_topic(const struct page *page, const struct topic *topic)
{
    if (topic->rule != NULL)
        return strlen(topic->rule) == page->rule_length &&
               strncmp(topic->rule, page->rule, page->rule_length) == 0;
    return topic->has_case ? page_has_case(page, topic->code, topic->number)
                           : page_has_code(page, topic->code);
}

/* Prose without stars and quotes: "**Means** The page ..." is "Means: The page ...". */
static void add_prose(char *prose, const char *line, size_t length)
{
    size_t used = strlen(prose);
    bool is_label = used == 0 && strncmp(line, "**", 2) == 0;
    if (used > 0)
        prose[used++] = ' ';
    for (size_t i = 0; i < length && used + 2 < PROSE_BYTES; i++) {
        bool is_star = i + 1 < length && line[i] == '*' && line[i + 1] == '*';
        if (is_star && is_label && i > 0)
            prose[used++] = ':';
        is_label = is_label && !(is_star && i > 0);
        if (!is_star && line[i] != '`')
            prose[used++] = line[i];
        i += is_star;
    }
    prose[used] = 0;
}

static void print_prose(FILE *file, char *prose)
{
    if (*prose == 0)
        return;
    (void)fprintf(file, "\n%*s", INDENT, "");
    print_folded(file, INDENT, prose);
    *prose = 0;
}

/* The page; its sample as it stands, without when `is_short`. */
static void print_text(FILE *file, const struct page *page, bool is_short)
{
    char prose[PROSE_BYTES] = "";
    bool is_sample = false;
    for (const char *line = page->text; line < page->text + page->length;) {
        size_t length = strcspn(line, "\n");
        bool is_fence = strncmp(line, "~~~", 3) == 0;
        if (is_fence || length == 0 || strncmp(line, "<!--", 4) == 0)
            print_prose(file, prose);
        else if (!is_sample)
            add_prose(prose, line, length);
        if (is_fence && !is_short && !is_sample)
            (void)fputc('\n', file);
        is_sample = is_fence ? !is_sample : is_sample;
        if (is_sample && !is_fence && !is_short)
            (void)fprintf(file, "%*s%.*s\n", length > 0 ? INDENT : 0, "", (int)length, line);
        line += length + 1;
    }
    print_prose(file, prose);
}

static void print_bug(FILE *file, const struct page *page)
{
    const char *source;
    size_t length;
    if (!page_bug(page, &source, &length))
        return;
    size_t path = strcspn(source, "\n");
    (void)fprintf(file, "\nThe mistake, and with an argument the right way (%.*s):\n\n", (int)path,
                  source);
    for (const char *line = source + path + 1; line < source + length;) {
        size_t bytes = strcspn(line, "\n");
        (void)fprintf(file, "%*s%.*s\n", bytes > 0 ? INDENT : 0, "", (int)bytes, line);
        line += bytes + 1;
    }
}

static void print_page(FILE *file, const struct page *page)
{
    (void)fprintf(file, "\nexpool's rule %.*s\n", (int)page->rule_length, page->rule);
    print_text(file, page, false);
    print_bug(file, page);
}

/* The first sentence of a page. */
static void print_gist(FILE *file, const struct page *page)
{
    const char *from = page->text + strspn(page->text, "\n");
    const char *end = strstr(from, " Stop:");
    (void)fprintf(file, "    %-30.*s  %.*s\n", (int)page->rule_length, page->rule,
                  (int)(end != NULL ? (size_t)(end - from) : strcspn(from, "\n")), from);
}

static unsigned count_pages(const struct topic *topic)
{
    unsigned count = 0;
    struct page page = {0};
    while (page_next(&page))
        count += is_of_topic(&page, topic);
    return count;
}

static void print_pages(FILE *file, const struct topic *topic)
{
    unsigned count = count_pages(topic);
    struct page page = {0};
    if (count > 1)
        (void)fprintf(file, "\nexpool's rules that end so (expool explain RULE):\n");
    while (page_next(&page)) {
        if (!is_of_topic(&page, topic))
            continue;
        if (count == 1)
            print_page(file, &page);
        else
            print_gist(file, &page);
    }
    if (count == 0)
        (void)fprintf(file, "\nexpool has no check that ends so.\n");
}

static void print_cases(FILE *file, const struct stop_code *code)
{
    uint32_t listed = code->code == 0x1C4 ? 0xC4 : code->code;
    (void)fprintf(file, "\nCases (expool explain 0x%X/CASE; * expool raises it):\n", code->code);
    for (unsigned i = 0; i < stop_case_count; i++) {
        const struct stop_case *one = &stop_cases[i];
        if (one->code != listed)
            continue;
        const struct topic topic = {NULL, listed, true, one->number};
        (void)fprintf(file, "  %c 0x%-6" PRIX64 "  ", count_pages(&topic) > 0 ? '*' : ' ',
                      one->number);
        print_folded(file, LABEL, one->text);
    }
}

void topic_print(const struct topic *topic, FILE *file)
{
    const struct stop_code *code = stop_code_find(topic->code);
    const struct stop_case *which =
        topic->has_case ? stop_case_find(topic->code, topic->number) : NULL;
    const char *symbol = stop_symbol(topic->code);
    if (topic->rule == NULL) {
        (void)fprintf(file, "0x%X", topic->code);
        if (topic->has_case)
            (void)fprintf(file, "/0x%" PRIX64, topic->number);
        (void)fprintf(file, "  %s\n", symbol != NULL ? symbol : "");
        if (which != NULL)
            print_label(file, "Case", which->text);
        if (code != NULL) {
            print_label(file, "Windows", code->text);
            print_parameters(file, code, which);
        }
        if (which != NULL && *which->checked_by != 0)
            print_label(file, "Checked by", which->checked_by);
        if (code != NULL && code->case_parameter != 0 && which == NULL && !topic->has_case) {
            print_cases(file, code);
            return;
        }
    }
    print_pages(file, topic);
}

void topic_show(uint32_t code, const uint64_t parameter[4], FILE *file)
{
    const struct stop_code *stop = stop_code_find(code);
    const char *symbol = stop_symbol(code);
    const struct stop_case *which = NULL;
    if (stop != NULL && stop->case_parameter != 0)
        which = stop_case_find(code, parameter[stop->case_parameter - 1]);
    (void)fprintf(file, "%s (%x)\n", symbol != NULL ? symbol : "Unknown bugcheck code", code);
    if (stop != NULL)
        print_folded(file, 0, stop->text);
    (void)fprintf(file, "Arguments:\n");
    for (unsigned i = 1; i <= STOP_PARAMETERS; i++) {
        const char *meaning = stop == NULL ? "" : stop_parameter(stop, which, i);
        (void)fprintf(file, "Arg%u: %016" PRIx64 ", %s\n", i, parameter[i - 1],
                      *meaning == 0 ? "(reserved)" : meaning);
    }
}

char *explain_section(const char *rule)
{
    char *text = NULL;
    size_t length = 0;
    struct page page;
    FILE *file = page_find(rule, &page) ? open_memstream(&text, &length) : NULL;
    if (file == NULL)
        return NULL;
    print_text(file, &page, true);
    (void)fclose(file);
    return text;
}
