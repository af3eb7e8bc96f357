#include "pool/options.h"

#include "expool/host.h"
#include "pool/lock.h"
#include "pool/mode.h"
#include "pool/option_row.h"
#include "pool/order.h"
#include "pool/os.h"
#include "pool/util.h"

#include <pthread.h>
#include <string.h>

enum {
    MESSAGE_BYTES = 512,
    HELP_BYTES = 16384,
    FILE_BYTES = 16384,
    EXIT_REFUSED = 125,
    STDERR = 2
};

const struct option_row option_rows[] = {
#define OPTION_WORDS(key, default_value, words, help)                                              \
    {#key, OPTION_IS_WORD, words, help, 0, 0, 0, offsetof(struct options, key)},
#define OPTION_NUMBER(key, default_value, low, high, help)                                         \
    {#key, OPTION_IS_NUMBER, NULL, help, low, high, 0, offsetof(struct options, key)},
#define OPTION_BITS(key, default_value, words, mask, help)                                         \
    {#key, OPTION_IS_BITS, words, help, 0, 0, mask, offsetof(struct options, key)},
#define OPTION_TEXT(key, default_value, help)                                                      \
    {#key, OPTION_IS_TEXT, NULL, help, 0, 0, 0, offsetof(struct options, key)},
#include "pool/options.def"
#undef OPTION_WORDS
#undef OPTION_NUMBER
#undef OPTION_BITS
#undef OPTION_TEXT
};

const unsigned option_row_count = COUNT_OF(option_rows);

static const struct options defaults = {
#define OPTION_WORDS(key, default_value, words, help)      .key = (default_value),
#define OPTION_NUMBER(key, default_value, low, high, help) .key = (default_value),
#define OPTION_BITS(key, default_value, words, mask, help) .key = (default_value),
#define OPTION_TEXT(key, default_value, help)              .key = {default_value},
#include "pool/options.def"
#undef OPTION_WORDS
#undef OPTION_NUMBER
#undef OPTION_BITS
#undef OPTION_TEXT
};

struct options options;

/* Where each value comes from; help=1 says so. */
static const char source_program[] = "the program";
static const char *sources[COUNT_OF(option_rows)];

static pthread_once_t once = PTHREAD_ONCE_INIT;

const struct option_row *option_row_find(const char *key, size_t length)
{
    for (unsigned i = 0; i < option_row_count; i++)
        if (strlen(option_rows[i].key) == length && memcmp(option_rows[i].key, key, length) == 0)
            return &option_rows[i];
    return NULL;
}

static void note_source(const struct option_row *row, void *source)
{
    sources[row - option_rows] = source;
}

/* A word's row counts its words, a bits' row says their numbers. */
static void add_word(struct text *text, const char *words, unsigned index)
{
    while (index-- > 0)
        words += strcspn(words, "|") + 1;
    text_add_bytes(text, words, strcspn(words, "|"));
}

static void add_bits(struct text *text, uint64_t bits)
{
    if (bits == 0 || bits == RULES_STANDARD)
        text_add(text, bits == 0 ? "off" : "standard");
    else
        text_add(text, "0x%lx", bits);
}

static void add_bytes(struct text *text, const char *bytes)
{
    bool needs_quotes = bytes[strcspn(bytes, ":, \t\n'")] != 0;
    const char *quote = !needs_quotes ? "" : strchr(bytes, '\'') == NULL ? "'" : "\"";
    text_add(text, "%s%s%s", quote, bytes, quote);
}

void option_add_value(struct text *text, const struct options *set, const struct option_row *row)
{
    const void *at = (const char *)set + row->offset;
    switch (row->kind) {
    case OPTION_IS_WORD: add_word(text, row->words, *(const unsigned *)at); break;
    case OPTION_IS_NUMBER: text_add(text, "%lu", *(const uint64_t *)at); break;
    case OPTION_IS_BITS: add_bits(text, *(const uint64_t *)at); break;
    case OPTION_IS_TEXT: add_bytes(text, at); break;
    }
}

static void add_range(struct text *text, const struct option_row *row)
{
    text_pad_to(text, 32);
    if (row->kind == OPTION_IS_NUMBER)
        text_add(text, "%lu to %lu", row->low, row->high);
    else if (row->kind == OPTION_IS_BITS)
        text_add(text, "%s, or bits of 0x%lx", row->words, row->mask);
    else
        text_add(text, "%s", row->kind == OPTION_IS_TEXT ? "text" : row->words);
    const char *source = sources[row - option_rows];
    if (source != NULL)
        text_add(text, "   (set by %s)", source);
    text_add(text, "\n");
}

static void print_help(void)
{
    static char bytes[HELP_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "EXPOOL_OPTIONS=\"key=value:key=value\"\n\n");
    for (unsigned i = 0; i < option_row_count; i++) {
        text_add(&text, "  %s=", option_rows[i].key);
        option_add_value(&text, &options, &option_rows[i]);
        text_pad_to(&text, 30);
        text_add(&text, "%s\n", option_rows[i].help);
        add_range(&text, &option_rows[i]);
    }
    os_write(STDERR, text.bytes, text.length);
}

/* The program's, if it has one. */
#pragma weak expool_default_options

/* The variable, unless it is not to be trusted: then one line. */
static const char *variable(const char *name)
{
    bool is_refused = false;
    const char *value = os_environment(name, &is_refused);
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    if (is_refused) {
        text_add(&text, "expool: %s is ignored in a program that runs set-uid or set-gid\n", name);
        os_write(STDERR, text.bytes, text.length);
    }
    return value;
}

static bool apply_from(const char *text, const char *source)
{
    return option_apply_text(&options, text, note_source, (void *)(uintptr_t)source);
}

static bool say_of_file(const char *path, const char *what, unsigned line)
{
    char bytes[MESSAGE_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, line > 0 ? "expool: %s %s, line %u\n" : "expool: %s %s\n", what, path, line);
    text_calm(&text);
    os_write(STDERR, text.bytes, text.length);
    return false;
}

/* A line holds options or, behind '#', words for people. */
static bool apply_file(const char *path)
{
    static char bytes[FILE_BYTES];
    ptrdiff_t length = os_read_file(path, bytes, sizeof bytes);
    bool accepted = true;
    unsigned number = 0;
    if (length < 0)
        return say_of_file(path, "EXPOOL_CONFIG: cannot read", 0);
    if ((size_t)length == sizeof bytes)
        return say_of_file(path, "EXPOOL_CONFIG: more than 16,383 bytes in", 0);
    bytes[length] = 0;
    for (char *line = bytes; *line != 0;) {
        char *end = line + strcspn(line, "\n");
        bool is_last = *end == 0;
        *end = 0;
        number++;
        line += strspn(line, " \t");
        if (*line != '#' && !apply_from(line, "the file of EXPOOL_CONFIG"))
            accepted = say_of_file(path, "  in", number);
        line = is_last ? end : end + 1;
    }
    return accepted;
}

static uint64_t settled(uint64_t rules, unsigned choice, uint64_t rule)
{
    return choice == OPTION_RULE_OFF  ? rules & ~rule
           : choice == OPTION_RULE_ON ? rules | rule
                                      : rules;
}

static uint64_t settle_rules(const struct options *all, uint64_t rules)
{
    if (rules == 0)
        return 0;
    rules = settled(rules, all->irql_checking, RULE_IRQL);
    rules = settled(rules, all->pool_tracking, RULE_TRACKING);
    return settled(rules, all->deadlock, RULE_DEADLOCK);
}

uint64_t options_settle_rules(uint64_t rules)
{
    return settle_rules(&options, rules);
}

static void start(void)
{
    options = defaults;
    const char *path = variable("EXPOOL_CONFIG");
    bool accepted = path == NULL || *path == 0 || apply_file(path);
    if (expool_default_options != NULL)
        accepted = apply_from(expool_default_options(), source_program) && accepted;
    accepted = apply_from(variable("EXPOOL_OPTIONS"), "EXPOOL_OPTIONS") && accepted;
    options.verifier = settle_rules(&options, options.verifier);
    if (!accepted && options.strict_options)
        os_exit_now(EXIT_REFUSED);
    if (options.help) {
        print_help();
        os_exit_now(0);
    }
}

void options_start(void)
{
    lock_once(&once, start);
}

/* A function of its own: gcc forgets the priority of one that was declared before. */
__attribute__((constructor(102))) static void start_by_itself(void)
{
    options_start();
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
    if (changed->checker != options.checker ||
        changed->quarantine_pool_mb != options.quarantine_pool_mb)
        return refuse_late("expool: checker= and quarantine_pool_mb= are chosen at start: in "
                           "EXPOOL_OPTIONS, or by expool_default_options\n");
    if (strcmp(changed->suppressions, options.suppressions) != 0 ||
        strcmp(changed->known, options.known) != 0)
        return refuse_late("expool: suppressions= and known= are read at start: in "
                           "EXPOOL_OPTIONS, or by expool_default_options\n");
    if (changed->verifier != options.verifier)
        return refuse_late("expool: verifier= is read at start; in a running program call "
                           "expool_verifier_start() or expool_verifier_stop()\n");
    return is_backend_too_late(changed);
}

static size_t value_bytes(const struct option_row *row)
{
    static const size_t bytes[] = {
        [OPTION_IS_WORD] = sizeof(unsigned),
        [OPTION_IS_NUMBER] = sizeof(uint64_t),
        [OPTION_IS_BITS] = sizeof(uint64_t),
        [OPTION_IS_TEXT] = OPTION_TEXT_BYTES,
    };
    return bytes[row->kind];
}

/* Other threads read what does not change: it is not written. */
static void take_changes(const struct options *changed)
{
    for (unsigned i = 0; i < option_row_count; i++) {
        const char *from = (const char *)changed + option_rows[i].offset;
        char *to = (char *)&options + option_rows[i].offset;
        if (memcmp(to, from, value_bytes(&option_rows[i])) != 0)
            memcpy(to, from, value_bytes(&option_rows[i]));
    }
}

int expool_options_set(const char *text)
{
    options_start();
    struct options changed = options;
    bool is_good = option_apply_text(&changed, text, NULL, NULL);
    changed.verifier = settle_rules(&changed, changed.verifier);
    if (!is_good || is_too_late(&changed))
        return -1;
    struct options before = options;
    order_hide(); /* they are read without a lock */
    take_changes(&changed);
    if (listener != NULL)
        listener(&before);
    mode_set(MODE_STACKS, options.pool_stacks != 0);
    mode_set(MODE_PRESSED, options.memory_pressure != 0);
    order_show();
    return 0;
}

bool option_is_changed(const struct option_row *row)
{
    return memcmp((const char *)&options + row->offset, (const char *)&defaults + row->offset,
                  value_bytes(row)) != 0;
}

bool option_is_of_program(const struct option_row *row)
{
    return sources[row - option_rows] == source_program;
}

void options_text(struct text *text)
{
    bool is_first = true;
    for (unsigned i = 0; i < option_row_count; i++) {
        const struct option_row *row = &option_rows[i];
        if (!option_is_changed(row))
            continue;
        text_add(text, "%s%s=", is_first ? "" : ":", row->key);
        option_add_value(text, &options, row);
        is_first = false;
    }
}
