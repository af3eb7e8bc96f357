#include "tools/explain.h"

#include "tools/explain_pages.h"
#include "tools/nearest.h"
#include "tools/say.h"
#include "tools/stop_codes.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 128, FAR = 3 };

static bool read_number(const char *word, uint64_t *number)
{
    char *end;
    *number = strtoull(word, &end, 16);
    return end != word && *end == 0;
}

/* The word that comes nearest among rules and names of stops. */
static void refuse_word(const char *word)
{
    static char rules[WORD_BYTES];
    struct nearest nearest = {.typed = word};
    struct page page = {0};
    for (unsigned i = 0; i < stop_code_count; i++)
        nearest_offer(&nearest, stop_codes[i].symbol);
    while (page_next(&page)) {
        char rule[WORD_BYTES];
        (void)snprintf(rule, sizeof rule, "%.*s", (int)page.rule_length, page.rule);
        unsigned before = nearest.distance;
        nearest_offer(&nearest, rule);
        if (nearest.distance < before) {
            memcpy(rules, rule, sizeof rules);
            nearest.best = rules;
        }
    }
    say("nothing is called '%s'%s", word, nearest_hint(&nearest, ""));
}

static bool refuse_code(uint32_t code)
{
    const struct stop_code *near = &stop_codes[0];
    for (unsigned i = 1; i < stop_code_count; i++)
        if (llabs((long long)stop_codes[i].code - code) < llabs((long long)near->code - code))
            near = &stop_codes[i];
    const char *symbol = stop_symbol(code);
    if (symbol != NULL)
        say("0x%X %s is no stop of pool or verifier; the nearest is 0x%X %s", code, symbol,
            near->code, near->symbol);
    else
        say("there is no stop 0x%X; the nearest is 0x%X %s", code, near->code, near->symbol);
    return false;
}

static bool refuse_case(uint32_t code, uint64_t number)
{
    const struct stop_case *near = NULL;
    uint32_t listed = code == 0x1C4 ? 0xC4 : code;
    for (unsigned i = 0; i < stop_case_count; i++) {
        const struct stop_case *one = &stop_cases[i];
        if (one->code == listed && (near == NULL || llabs((long long)(one->number - number)) <
                                                        llabs((long long)(near->number - number))))
            near = one;
    }
    if (near == NULL)
        say("0x%X has no cases; expool explain 0x%X", code, code);
    else
        say("0x%X has no case 0x%lX; the nearest is 0x%X/0x%lX (expool explain 0x%X lists all)",
            code, number, code, near->number, code);
    return false;
}

static bool has_page(const struct topic *topic)
{
    struct page page = {0};
    while (page_next(&page))
        if (topic->has_case ? page_has_case(&page, topic->code, topic->number)
                            : page_has_code(&page, topic->code))
            return true;
    return false;
}

/* Is there anything to say? */
static bool check(const struct topic *topic)
{
    if (has_page(topic))
        return true;
    if (stop_code_find(topic->code) == NULL)
        return refuse_code(topic->code);
    return !topic->has_case || stop_case_find(topic->code, topic->number) != NULL ||
           refuse_case(topic->code, topic->number);
}

bool topic_read(const char *word, struct topic *topic)
{
    char code[WORD_BYTES];
    uint64_t number;
    struct page page;
    *topic = (struct topic){0};
    if (page_find(word, &page)) {
        topic->rule = word;
        return true;
    }
    size_t length = strcspn(word, "/.");
    (void)snprintf(code, sizeof code, "%.*s", (int)length, word);
    if (stop_symbol_find(code, &topic->code)) {
        number = topic->code;
    } else if (!read_number(code, &number) || number > UINT32_MAX) {
        refuse_word(word);
        return false;
    }
    topic->code = (uint32_t)number;
    topic->has_case = word[length] != 0;
    if (topic->has_case && !read_number(word + length + 1, &topic->number)) {
        say("'%s' is no number: expool explain 0xC1/0x24", word + length + 1);
        return false;
    }
    return check(topic);
}
