#include "verifier/inject_settings.h"

#include "pool/glob.h"
#include "pool/number.h"
#include "pool/util.h"
#include "pool/words.h"

#include <string.h>

enum { HEXADECIMAL = 16, DECIMAL = 10 };

/* One "key" or "key=value" between two semicolons. */
struct item {
    const char *key;
    size_t key_length;
    const char *value; /* NULL: there is none */
    size_t value_length;
};

static bool refuse(struct text *complaint, const char *what, const struct item *item)
{
    text_add(complaint, "%s '", what);
    const char *end =
        item->value == NULL ? item->key + item->key_length : item->value + item->value_length;
    text_add_bytes(complaint, item->key, (size_t)(end - item->key));
    text_add(complaint, "'");
    return false;
}

static bool take_number(const struct item *item, uint64_t least, uint64_t most, uint64_t *number)
{
    return item->value != NULL &&
           number_read(item->value, item->value + item->value_length, DECIMAL, number) &&
           *number >= least && *number <= most;
}

static bool take_text(const struct item *item, char *into, size_t capacity)
{
    if (item->value == NULL || item->value_length >= capacity)
        return false;
    memcpy(into, item->value, item->value_length);
    into[item->value_length] = 0;
    return true;
}

static bool take_rate(const struct item *item, struct inject_settings *settings)
{
    uint64_t rate;
    if (!take_number(item, 0, INJECT_RATE_MAX, &rate))
        return false;
    settings->mode = INJECT_RANDOM;
    settings->rate = (unsigned)rate;
    return true;
}

static bool take_nth(const struct item *item, struct inject_settings *settings)
{
    settings->mode = INJECT_NTH;
    return take_number(item, 1, UINT64_MAX, &settings->nth);
}

static bool take_after(const struct item *item, struct inject_settings *settings)
{
    return take_number(item, 0, UINT64_MAX, &settings->after_ms);
}

/* "a-b", or one size. */
static bool take_sizes(const struct item *item, struct inject_settings *settings)
{
    if (item->value == NULL)
        return false;
    const char *end = item->value + item->value_length;
    const char *dash = memchr(item->value, '-', item->value_length);
    return number_read(item->value, dash == NULL ? end : dash, DECIMAL, &settings->size_least) &&
           number_read(dash == NULL ? item->value : dash + 1, end, DECIMAL, &settings->size_most) &&
           settings->size_least <= settings->size_most;
}

static bool take_tags(const struct item *item, struct inject_settings *settings)
{
    return take_text(item, settings->tags, sizeof settings->tags);
}

static bool take_apps(const struct item *item, struct inject_settings *settings)
{
    return take_text(item, settings->apps, sizeof settings->apps);
}

static bool take_off(const struct item *item, struct inject_settings *settings)
{
    settings->mode = INJECT_OFF;
    return item->value == NULL;
}

static bool take_systematic(const struct item *item, struct inject_settings *settings)
{
    settings->mode = INJECT_SYSTEMATIC;
    return item->value == NULL;
}

static bool take_record(const struct item *item, struct inject_settings *settings)
{
    settings->mode = INJECT_RECORD;
    return item->value == NULL;
}

static bool take_only(const struct item *item, struct inject_settings *settings)
{
    uint64_t id = 0;
    if (item->value == NULL ||
        !number_read(item->value, item->value + item->value_length, HEXADECIMAL, &id) || id == 0 ||
        id > UINT32_MAX)
        return false;
    settings->only = (uint32_t)id;
    return true;
}

static bool take_exclude(const struct item *item, struct inject_settings *settings)
{
    return take_text(item, settings->exclude, sizeof settings->exclude);
}

static bool take_state(const struct item *item, struct inject_settings *settings)
{
    return take_text(item, settings->state, sizeof settings->state);
}

static const struct {
    const char *key;
    bool (*take)(const struct item *item, struct inject_settings *settings);
} keys[] = {
    {"off", take_off},        {"rate", take_rate},       {"nth", take_nth},
    {"after_ms", take_after}, {"sizes", take_sizes},     {"tags", take_tags},
    {"apps", take_apps},      {"only", take_only},       {"systematic", take_systematic},
    {"record", take_record},  {"exclude", take_exclude}, {"state", take_state},
};

static bool apply(const struct item *item, struct inject_settings *settings, struct text *complaint)
{
    for (unsigned i = 0; i < COUNT_OF(keys); i++)
        if (strlen(keys[i].key) == item->key_length &&
            memcmp(keys[i].key, item->key, item->key_length) == 0)
            return keys[i].take(item, settings) || refuse(complaint, "bad value", item);
    return refuse(complaint,
                  "none of off, rate, nth, systematic, record, tags, apps, sizes, after_ms, only, "
                  "exclude, state:",
                  item);
}

static struct item item_of(const struct word *word)
{
    const char *equals = memchr(word->start, '=', word->length);
    struct item item = {.key = word->start, .key_length = word->length};
    if (equals != NULL) {
        item.key_length = (size_t)(equals - word->start);
        item.value = equals + 1;
        item.value_length = word->length - item.key_length - 1;
    }
    return item;
}

bool inject_settings_read(const char *text, struct inject_settings *settings,
                          struct text *complaint)
{
    struct word word;
    bool is_filter_only = *text != 0;
    *settings = (struct inject_settings){.rate = INJECT_RATE_DEFAULT, .size_most = UINT64_MAX};
    while (words_next(&text, ";", &word)) {
        struct item item = item_of(&word);
        is_filter_only &= !(word.length == 3 && memcmp(word.start, "off", word.length) == 0);
        if (!apply(&item, settings, complaint))
            return false;
    }
    if (is_filter_only && settings->mode == INJECT_OFF)
        settings->mode = INJECT_RANDOM; /* "tags=Ab*" alone: at the usual rate */
    return true;
}

bool inject_list_has(const char *list, const char *name)
{
    struct word word;
    if (*list == 0)
        return true;
    while (words_next(&list, " ", &word))
        if (glob_fits_letters(word.start, word.length, name, strlen(name)))
            return true;
    return false;
}

bool inject_list_has_id(const char *list, uint32_t id)
{
    struct word word;
    uint64_t number;
    while (words_next(&list, " ", &word))
        if (number_read(word.start, word.start + word.length, HEXADECIMAL, &number) && number == id)
            return true;
    return false;
}
