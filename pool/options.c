#include "pool/options.h"

#include "expool/host.h"
#include "pool/mode.h"
#include "pool/os.h"
#include "pool/util.h"

#include <pthread.h>
#include <string.h>

enum { WORD_MAX = 64, MESSAGE_BYTES = 512, HELP_BYTES = 8192, EXIT_REFUSED = 125, STDERR = 2 };

struct option_row {
    const char *key;
    const char *words; /* "off|standard"; NULL: a number */
    const char *help;
    uint64_t low;
    uint64_t high;
    size_t offset;
};

static const struct option_row rows[] = {
#define OPTION_WORDS(key, default_value, words, help)                                              \
    {#key, words, help, 0, 0, offsetof(struct options, key)},
#define OPTION_NUMBER(key, default_value, low, high, help)                                         \
    {#key, NULL, help, low, high, offsetof(struct options, key)},
#include "pool/options.def"
#undef OPTION_WORDS
#undef OPTION_NUMBER
};

static const struct options defaults = {
#define OPTION_WORDS(key, default_value, words, help)      .key = (default_value),
#define OPTION_NUMBER(key, default_value, low, high, help) .key = (default_value),
#include "pool/options.def"
#undef OPTION_WORDS
#undef OPTION_NUMBER
};

struct options options;

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* One "key=value", not terminated. */
struct pair {
    const char *key;
    size_t key_length;
    const char *value;
    size_t value_length;
};

static unsigned *word_of(struct options *set, const struct option_row *row)
{
    return (unsigned *)(void *)((char *)set + row->offset);
}

static uint64_t *number_of(struct options *set, const struct option_row *row)
{
    return (uint64_t *)(void *)((char *)set + row->offset);
}

static bool is_separator(char character)
{
    return character == ':' || character == ',' || character == ' ' || character == '\t' ||
           character == '\n';
}

/* Edit distance, for words of up to WORD_MAX letters; the nearest is what the user meant. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned line[WORD_MAX + 1];
    a_length = a_length < WORD_MAX ? a_length : WORD_MAX;
    b_length = b_length < WORD_MAX ? b_length : WORD_MAX;
    for (unsigned j = 0; j <= b_length; j++)
        line[j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned diagonal = line[0];
        line[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = line[j];
            best = best < line[j] + 1 ? best : line[j] + 1;
            line[j] = best < line[j - 1] + 1 ? best : line[j - 1] + 1;
        }
    }
    return line[b_length];
}

static const struct option_row *find_row(const char *key, size_t length)
{
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        if (strlen(rows[i].key) == length && memcmp(rows[i].key, key, length) == 0)
            return &rows[i];
    return NULL;
}

static const char *nearest_key(const char *key, size_t length)
{
    const char *nearest = rows[0].key;
    unsigned best = ~0u;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        unsigned far = distance(key, length, rows[i].key, strlen(rows[i].key));
        if (far < best) {
            best = far;
            nearest = rows[i].key;
        }
    }
    return nearest;
}

static void say(const struct text *text)
{
    os_write(STDERR, text->bytes, text->length);
}

static bool refuse_key(const struct pair *pair)
{
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "expool: unknown option '");
    text_add_bytes(&text, pair->key, pair->key_length < WORD_MAX ? pair->key_length : WORD_MAX);
    text_add(&text, "'; the nearest is '%s' (EXPOOL_OPTIONS=help=1 lists all)\n",
             nearest_key(pair->key, pair->key_length));
    say(&text);
    return false;
}

static bool refuse_value(const struct pair *pair, const struct option_row *row, const char *nearest)
{
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    bool has_value = pair->value_length > 0;
    text_add(&text, "expool: option %s: %s", row->key, has_value ? "bad value '" : "no value");
    text_add_bytes(&text, pair->value,
                   pair->value_length < WORD_MAX ? pair->value_length : WORD_MAX);
    text_add(&text, has_value ? "'; " : "; ");
    if (row->words == NULL)
        text_add(&text, "a number from %lu to %lu\n", row->low, row->high);
    else if (has_value)
        text_add(&text, "one of %s, the nearest is '%s'\n", row->words, nearest);
    else
        text_add(&text, "one of %s\n", row->words);
    say(&text);
    return false;
}

static bool apply_word(struct options *set, const struct pair *pair, const struct option_row *row)
{
    static _Thread_local char nearest[WORD_MAX];
    unsigned best = ~0u;
    unsigned index = 0;
    for (const char *word = row->words; *word != 0; index++) {
        size_t length = strcspn(word, "|");
        unsigned far = distance(pair->value, pair->value_length, word, length);
        if (far == 0 && length == pair->value_length) {
            *word_of(set, row) = index;
            return true;
        }
        if (far < best && length < sizeof nearest) {
            best = far;
            memcpy(nearest, word, length);
            nearest[length] = 0;
        }
        word += length + (word[length] == '|');
    }
    return refuse_value(pair, row, nearest);
}

/* Decimal, or hexadecimal behind 0x; a leading 0 says nothing. False: no number, or too large. */
static bool read_number(const char *at, const char *end, uint64_t *number)
{
    static const char digits[] = "0123456789abcdef";
    unsigned base = 10;
    if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        base = 16;
        at += 2;
    }
    *number = 0;
    for (const char *next = at; next < end; next++) {
        const char *digit =
            memchr(digits, *next >= 'A' && *next <= 'F' ? *next | 0x20 : *next, base);
        if (digit == NULL || __builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, (uint64_t)(digit - digits), number))
            return false;
    }
    return at < end;
}

static bool apply_number(struct options *set, const struct pair *pair, const struct option_row *row)
{
    uint64_t value;
    if (!read_number(pair->value, pair->value + pair->value_length, &value) || value < row->low ||
        value > row->high)
        return refuse_value(pair, row, NULL);
    *number_of(set, row) = value;
    return true;
}

static bool apply_pair(struct options *set, const struct pair *pair)
{
    const struct option_row *row = find_row(pair->key, pair->key_length);
    if (row == NULL)
        return refuse_key(pair);
    return row->words != NULL ? apply_word(set, pair, row) : apply_number(set, pair, row);
}

/* Applies every pair of `text`; false when one was refused (the others are applied all the
 * same). */
static bool apply_text(struct options *set, const char *text)
{
    bool accepted = true;
    while (text != NULL && *text != 0) { /* defaults of the program may be none */
        if (is_separator(*text)) {
            text++;
            continue;
        }
        struct pair pair = {.key = text};
        while (*text != 0 && *text != '=' && !is_separator(*text))
            text++;
        pair.key_length = (size_t)(text - pair.key);
        pair.value = *text == '=' ? ++text : text;
        while (*text != 0 && !is_separator(*text))
            text++;
        pair.value_length = (size_t)(text - pair.value);
        accepted = apply_pair(set, &pair) && accepted;
    }
    return accepted;
}

static void add_value(struct text *text, const struct options *set, const struct option_row *row)
{
    const char *at = (const char *)set + row->offset;
    if (row->words == NULL) {
        text_add(text, "%lu", *(const uint64_t *)(const void *)at);
        return;
    }
    const char *word = row->words;
    for (unsigned skip = *(const unsigned *)(const void *)at; skip > 0; skip--)
        word += strcspn(word, "|") + 1;
    text_add_bytes(text, word, strcspn(word, "|"));
}

static void print_help(void)
{
    static char bytes[HELP_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "EXPOOL_OPTIONS=\"key=value:key=value\"\n\n");
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        text_add(&text, "  %s=", rows[i].key);
        add_value(&text, &options, &rows[i]);
        text_pad_to(&text, 30);
        text_add(&text, "%s\n", rows[i].help);
        text_pad_to(&text, 32);
        if (rows[i].words != NULL)
            text_add(&text, "%s\n", rows[i].words);
        else
            text_add(&text, "%lu to %lu\n", rows[i].low, rows[i].high);
    }
    say(&text);
}

__attribute__((weak)) const char *expool_default_options(void)
{
    return "";
}

static void start(void)
{
    options = defaults;
    bool accepted = apply_text(&options, expool_default_options());
    static const char refusal[] =
        "expool: EXPOOL_OPTIONS is ignored in a program that runs set-uid or set-gid\n";
    bool is_refused = false;
    const char *environment = os_environment("EXPOOL_OPTIONS", &is_refused);
    if (environment != NULL)
        accepted = apply_text(&options, environment) && accepted;
    if (is_refused)
        os_write(STDERR, refusal, sizeof refusal - 1);
    if (!accepted && options.strict_options)
        os_exit_now(EXIT_REFUSED);
    if (options.help) {
        print_help();
        os_exit_now(0);
    }
}

__attribute__((constructor(102))) void options_start(void)
{
    pthread_once(&once, start);
}

static options_backend_change *backend_change;
static options_listener *listener;

void options_on_backend(options_backend_change *change)
{
    backend_change = change;
}

void options_on_change(options_listener *wanted)
{
    listener = wanted;
}

static bool refuse_late(const char *message)
{
    os_write(STDERR, message, strlen(message));
    return true;
}

static bool is_backend_too_late(const struct options *changed)
{
    if (changed->backend == options.backend || backend_change(changed->backend))
        return false;
    return refuse_late("expool: backend= is chosen at start, or while the pools are empty (all "
                       "freed, then expool_pool_trim()): in EXPOOL_OPTIONS, or by "
                       "expool_default_options\n");
}

/* Blocks exist that were made another way; the verifier has looked already. */
static bool is_too_late(const struct options *changed)
{
    if ((mode_now() & MODE_NOT_STARTED) != 0)
        return false;
    if (changed->seal != options.seal || changed->tag_stats != options.tag_stats)
        return refuse_late("expool: seal= and tag_stats= are chosen at start: in EXPOOL_OPTIONS, "
                           "or by expool_default_options\n");
    if (changed->verifier != options.verifier)
        return refuse_late("expool: verifier= is read at start; in a running program call "
                           "expool_verifier_start() or expool_verifier_stop()\n");
    return is_backend_too_late(changed);
}

int expool_options_set(const char *text)
{
    options_start();
    struct options changed = options;
    if (!apply_text(&changed, text) || is_too_late(&changed))
        return -1;
    struct options before = options;
    options = changed;
    if (listener != NULL)
        listener(&before);
    mode_set(MODE_STACKS, options.pool_stacks != 0);
    mode_set(MODE_PRESSED, options.memory_pressure != 0);
    return 0;
}

void options_text(struct text *text)
{
    bool is_first = true;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        const char *now = (const char *)&options + rows[i].offset;
        const char *before = (const char *)&defaults + rows[i].offset;
        size_t size = rows[i].words != NULL ? sizeof(unsigned) : sizeof(uint64_t);
        if (memcmp(now, before, size) == 0)
            continue;
        text_add(text, "%s%s=", is_first ? "" : ":", rows[i].key);
        add_value(text, &options, &rows[i]);
        is_first = false;
    }
}
