/* explain.c - expool explain CODE[/SUB] | RULE: what a report means. */
#include "tools/common.h"
#include "tools/explain_pages.h"
#include "tools/nearest.h"
#include "tools/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct explain {
    const char *word;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct explain *explain = state->input;
    if (key != ARGP_KEY_ARG || explain->word != NULL)
        return ARGP_ERR_UNKNOWN;
    explain->word = argument;
    return 0;
}

int verb_explain(int argc, char **argv)
{
    static const struct argp argp = {
        NULL,
        parse,
        "CODE[/SUB] | RULE",
        "The manual page of a bug check or of a rule: what it means, why, what to look at next.\v"
        "Examples:\n  expool explain 0xC1/0x24\n  expool explain damage-after-block",
        NULL,
        NULL,
        NULL};
    struct explain explain = {0};
    struct common common = {0};
    const struct verb_line line = {
        &argp, &explain, COMMON_OUTPUT | COMMON_JSON | COMMON_COLOR, &common, EXIT_TROUBLE, false};
    int next = verb_line_parse(&line, argc, argv);
    if (next < argc)
        die(EXIT_TROUBLE, "one code or rule at a time, not also '%s'", argv[next]);
    if (explain.word == NULL)
        die(EXIT_TROUBLE, "which code or rule? expool explain 0xC1/0x24");
    struct page page;
    if (page_find(explain.word, &page)) {
        (void)printf("%s%.*s\n", explain.word, (int)page.length, page.text);
        return EXIT_NOTHING;
    }
    die(EXIT_TROUBLE, "no page '%s'", explain.word);
}
