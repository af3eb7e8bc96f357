/* explain.c - expool explain CODE[/CASE] | NAME | RULE: what a report means. */
#include "tools/explain.h"

#include "tools/explain_pages.h"
#include "tools/stop_codes.h"
#include "tools/verb.h"
#include "tools/verb_line.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_SHOW = 0x100, OPTION_LIST, WORDS_MAX = 5 };

struct explain {
    const char *words[WORDS_MAX];
    unsigned count;
    bool is_show;
};

static const char documentation[] =
    "The manual page of a bug check or of a rule: what it means, why, bad and good code, what to "
    "look "
    "at next.\v"
    "Examples:\n"
    "  expool explain 0xC1/0x24              a case of a stop; also c1/24\n"
    "  expool explain C4                     a stop with all its cases\n"
    "  expool explain BAD_POOL_CALLER/7      by Windows' name\n"
    "  expool explain damage-after-block     a rule of expool's\n"
    "  expool explain --show C2 7 0 0 7f00   as a debugger's !analyze -show\n\n"
    "Numbers are hexadecimal, with or without 0x.\n\n"
    "Exit:\n"
    "  0   the page was printed\n"
    "  2   nothing is called so, or trouble";

/* Every stop and every rule, one a line. */
static void print_list(void)
{
    struct page page = {0};
    for (unsigned i = 0; i < stop_code_count; i++)
        (void)printf("0x%-4X %s\n", stop_codes[i].code, stop_codes[i].symbol);
    while (page_next(&page))
        (void)printf("%.*s\n", (int)page.rule_length, page.rule);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct explain *explain = state->input;
    switch (key) {
    case OPTION_SHOW: explain->is_show = true; return 0;
    case OPTION_LIST: print_list(); exit(EXIT_SUCCESS);
    case ARGP_KEY_ARG:
        if (explain->count == WORDS_MAX)
            die(EXIT_TROUBLE, "a code has four parameters, not also '%s'", argument);
        explain->words[explain->count++] = argument;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static void show(const struct explain *explain, FILE *file)
{
    uint64_t parameter[STOP_PARAMETERS] = {0};
    uint32_t code;
    char *end;
    if (!stop_symbol_find(explain->words[0], &code)) {
        code = (uint32_t)strtoul(explain->words[0], &end, 16);
        if (*end != 0)
            die(EXIT_TROUBLE, "'%s' is no stop code", explain->words[0]);
    }
    for (unsigned i = 1; i < explain->count; i++) {
        parameter[i - 1] = strtoull(explain->words[i], &end, 16);
        if (*end != 0)
            die(EXIT_TROUBLE, "'%s' is no hexadecimal number", explain->words[i]);
    }
    topic_show(code, parameter, file);
}

int verb_explain(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"show", OPTION_SHOW, NULL, 0, "CODE [P1 [P2 [P3 [P4]]]]: as a debugger's !analyze -show",
         1},
        {"list", OPTION_LIST, NULL, 0, "Everything there is a page for", 1},
        {0}};
    static const struct argp argp = {
        options, parse, "CODE[/CASE] | NAME[/CASE] | RULE", documentation, NULL, NULL, NULL};
    struct explain explain = {0};
    struct common common = {0};
    struct topic topic;
    const struct verb_line line = {
        &argp, &explain, COMMON_OUTPUT | COMMON_JSON | COMMON_COLOR, &common, EXIT_TROUBLE, false};
    (void)verb_line_parse(&line, argc, argv);
    if (explain.count == 0)
        die(EXIT_TROUBLE, "which code or rule? expool explain 0xC1/0x24");
    if (!explain.is_show && explain.count > 1)
        die(EXIT_TROUBLE, "one code or rule at a time, not also '%s'", explain.words[1]);
    if (!explain.is_show && !topic_read(explain.words[0], &topic))
        return EXIT_TROUBLE;
    FILE *file = common_open_output(&common, EXIT_TROUBLE);
    if (explain.is_show)
        show(&explain, file);
    else if (common.wants_json)
        topic_print_json(&topic, file);
    else
        topic_print(&topic, file);
    if (file != stdout && fflush(file) != 0)
        die(EXIT_TROUBLE, "cannot write");
    return EXIT_NOTHING;
}
