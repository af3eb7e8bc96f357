#include "tools/verifier_line.h"

#include "tools/nearest.h"
#include "tools/say.h"
#include "tools/verifier_flags.h"
#include "tools/verifier_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    INTERVAL_S = 30,
    RATE_DEFAULT = 600, /* Windows' */
    RATE_MAX = 10000,
    MS_PER_MINUTE = 60000,
};

static void set_action(struct verifier_line *line, enum verifier_action action,
                       const struct walk *walk)
{
    bool may_be_both = action == ACTION_SET && line->action == ACTION_SET;
    if (line->action != ACTION_NONE && !may_be_both)
        die(EXIT_ERROR, "%s cannot stand beside what comes before it", walk->option);
    line->action = action;
}

static void add_flags(struct verifier_line *line, uint32_t flags, const struct walk *walk)
{
    const char *missing = verifier_flags_missing(flags);
    if (missing != NULL)
        die(EXIT_ERROR, "%s: %s has no counterpart here (docs/TOOLS.md)", walk->option, missing);
    set_action(line, ACTION_SET, walk);
    line->has_flags = true;
    line->flags |= flags;
}

static void take_standard(struct walk *walk, struct verifier_line *line)
{
    add_flags(line, VERIFIER_FLAGS_STANDARD, walk);
}

static void take_flags(struct walk *walk, struct verifier_line *line)
{
    add_flags(line, (uint32_t)walk_need_number(walk, "a number, decimal or 0x", UINT32_MAX), walk);
}

static void take_classes(struct walk *walk, struct verifier_line *line)
{
    unsigned long number;
    unsigned count = 0;
    while (walk->left > 0 && walk_is_number(*walk->words, &number)) {
        uint32_t flags = 0;
        const char *name = *walk->words;
        if (!verifier_class_flags((unsigned)number, &flags))
            die(EXIT_ERROR, "%s: rule class %s has no counterpart here (docs/TOOLS.md)",
                walk->option, name);
        add_flags(line, flags, walk);
        (void)walk_word(walk);
        count++;
    }
    if (count == 0)
        die(EXIT_ERROR, "%s needs numbers of rule classes, decimal", walk->option);
}

static void take_all(struct walk *walk, struct verifier_line *line)
{
    (void)walk;
    line->is_all = true;
}

static void take_driver(struct walk *walk, struct verifier_line *line)
{
    line->has_drivers = true;
    walk_names(walk, line->drivers);
    if (line->action == ACTION_NONE)
        line->action = ACTION_SET;
}

static void take_volatile(struct walk *walk, struct verifier_line *line)
{
    (void)walk;
    line->is_volatile = true;
}

static void take_add_driver(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_SET, walk);
    walk_names(walk, line->added);
}

static void take_remove_driver(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_SET, walk);
    walk_names(walk, line->removed);
}

static void add_fault_word(struct verifier_line *line, const char *key, const char *value)
{
    char word[SETTINGS_TEXT_BYTES];
    if (strpbrk(value, ";'\"") != NULL)
        die(EXIT_ERROR, "/faults: '%s' has a quote or a semicolon in it", value);
    size_t used = strlen(line->faults);
    int length = snprintf(word, sizeof word, ";%s=%s", key, value);
    if (length < 0 || used + (size_t)length >= sizeof line->faults)
        die(EXIT_ERROR, "/faults: more than %u letters", SETTINGS_TEXT_BYTES - 1);
    memcpy(line->faults + used, word, (size_t)length + 1);
}

/* [Probability] [Tags] [Applications] [DelayMins], "" for one that is left out. */
static void take_faults(struct walk *walk, struct verifier_line *line)
{
    unsigned long rate = RATE_DEFAULT;
    unsigned long minutes = 0;
    const char *words[4] = {"", "", "", ""};
    for (unsigned i = 0; i < 4; i++) {
        const char *word = walk_value(walk);
        if (word == NULL)
            break;
        words[i] = word;
    }
    if (*words[0] != 0 && (!walk_is_number(words[0], &rate) || rate > RATE_MAX))
        die(EXIT_ERROR, "/faults %s: the probability in 10000 calls, up to 10000", words[0]);
    if (*words[3] != 0 && (!walk_is_number(words[3], &minutes) || minutes > UINT32_MAX))
        die(EXIT_ERROR, "/faults: '%s' are no minutes", words[3]);
    set_action(line, ACTION_SET, walk);
    line->has_faults = true;
    (void)snprintf(line->faults, sizeof line->faults, "rate=%lu", rate);
    if (*words[1] != 0)
        add_fault_word(line, "tags", words[1]);
    if (*words[2] != 0)
        add_fault_word(line, "apps", words[2]);
    if (minutes > 0) {
        char ms[32];
        (void)snprintf(ms, sizeof ms, "%lu", minutes * MS_PER_MINUTE);
        add_fault_word(line, "after_ms", ms);
    }
}

static void take_systematic(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_SYSTEMATIC, walk);
    line->systematic =
        walk_need(walk, "one of enableboottime, recordboottime, querystatistics ...");
    if (strcasecmp(line->systematic, "getstackid") == 0)
        line->systematic_argument = walk_need(walk, "getstackid COUNTER");
    if (strcasecmp(line->systematic, "excludestack") == 0)
        line->systematic_argument = walk_need(walk, "excludestack STACKID");
}

static void take_boot_mode(struct walk *walk, struct verifier_line *line)
{
    static const struct {
        const char *word;
        enum boot_mode mode;
    } modes[] = {{"persistent", BOOT_PERSISTENT},
                 {"resetonbootfail", BOOT_RESET_ON_FAILURE},
                 {"disableafterfail", BOOT_RESET_ON_FAILURE},
                 {"oneboot", BOOT_ONE},
                 {"resetonunusualshutdown", BOOT_RESET_ON_UNUSUAL},
                 {"rous", BOOT_RESET_ON_UNUSUAL}};
    const char *word = walk_need(walk, "persistent, resetonbootfail, oneboot or "
                                       "resetonunusualshutdown");
    struct nearest nearest = {.typed = word};
    for (unsigned i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        nearest_offer(&nearest, modes[i].word);
        if (strcasecmp(word, modes[i].word) != 0)
            continue;
        set_action(line, ACTION_SET, walk);
        line->has_boot_mode = true;
        line->boot_mode = modes[i].mode;
        return;
    }
    die(EXIT_ERROR, "no boot mode '%s'%s (/? lists all)", word, nearest_hint(&nearest, ""));
}

static void take_boots(struct walk *walk, struct verifier_line *line)
{
    line->boots = (unsigned)walk_need_number(walk, "a number of runs", UINT32_MAX);
    set_action(line, ACTION_SET, walk);
    line->has_boot_mode = true;
    line->boot_mode = BOOT_RESET_ON_UNUSUAL;
}

static void take_query(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_QUERY, walk);
}

static void take_query_settings(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_QUERY_SETTINGS, walk);
}

static void take_reset(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_RESET, walk);
}

static void take_log(struct walk *walk, struct verifier_line *line)
{
    if (walk->left == 0)
        die(EXIT_ERROR, "/log needs a file");
    line->log = walk_word(walk);
    line->interval_s = line->interval_s == 0 ? INTERVAL_S : line->interval_s;
    set_action(line, ACTION_LOG, walk);
}

static void take_interval(struct walk *walk, struct verifier_line *line)
{
    line->interval_s = (unsigned)walk_need_number(walk, "seconds", UINT32_MAX);
    if (line->interval_s == 0)
        die(EXIT_ERROR, "/interval 0: at least a second");
}

static void take_rules(struct walk *walk, struct verifier_line *line)
{
    const char *word = walk_need(walk, "query or reset");
    if (strcasecmp(word, "query") == 0)
        set_action(line, ACTION_RULES_QUERY, walk);
    else if (strcasecmp(word, "reset") == 0)
        set_action(line, ACTION_RULES_RESET, walk);
    else
        die(EXIT_ERROR,
            "/rules %s has no counterpart here: single rules are passed over by "
            "suppressions (docs/TOOLS.md)",
            word);
}

static void take_now(struct walk *walk, struct verifier_line *line)
{
    (void)walk;
    line->is_now = true;
}

static void take_stop(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_STOP, walk);
}

static void take_sweep(struct walk *walk, struct verifier_line *line)
{
    set_action(line, ACTION_SWEEP, walk);
}

static void take_help(struct walk *walk, struct verifier_line *line)
{
    (void)walk;
    line->action = ACTION_HELP;
}

static void take_version(struct walk *walk, struct verifier_line *line)
{
    (void)walk;
    line->action = ACTION_VERSION;
}

static const struct {
    const char *name;
    void (*take)(struct walk *walk, struct verifier_line *line); /* NULL: refused */
    const char *why;                                             /* then */
} options[] = {
#define OPTION(name, arguments, take, group, help) {#name, take, NULL},
#define ALIAS(name, arguments, take, group)        {#name, take, NULL},
#define HIDDEN(name, take)                         {#name, take, NULL},
#define REFUSED(name, why)                         {#name, NULL, why},
#include "tools/verifier_options.def"
#undef OPTION
#undef ALIAS
#undef HIDDEN
#undef REFUSED
};

static void take_option(struct walk *walk, struct verifier_line *line)
{
    struct nearest nearest = {.typed = walk->option + 1};
    for (unsigned i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcasecmp(walk->option + 1, options[i].name) != 0) {
            nearest_offer(&nearest, options[i].name);
            continue;
        }
        if (options[i].take == NULL)
            die(EXIT_ERROR, "%s has no counterpart here: %s", walk->option, options[i].why);
        options[i].take(walk, line);
        return;
    }
    die(EXIT_ERROR, "no option '%s'%s (/? lists all)", walk->option, nearest_hint(&nearest, "/"));
}

static void take_process(const char *word, struct verifier_line *line)
{
    unsigned long number;
    if (!walk_is_number(word, &number) || number == 0 || line->pid != 0)
        die(EXIT_ERROR, "'%s' is neither an option nor a process (/? lists all)", word);
    line->pid = (pid_t)number;
}

/* What several options together mean, or may not. */
static void check(const struct verifier_line *line)
{
    if (line->has_faults && line->has_flags && (line->flags & VERIFIER_FLAG_RANDOMIZED) != 0)
        die(EXIT_ERROR, "/faults replaces /flags 4: one of the two");
    if (line->is_all && line->has_drivers)
        die(EXIT_ERROR, "/all and /driver: one of the two");
    if (line->is_volatile && line->action != ACTION_SET)
        die(EXIT_ERROR, "/volatile needs /flags, /adddriver, /removedriver or /faults");
    if (line->is_volatile && (line->has_drivers || line->is_all))
        die(EXIT_ERROR, "/volatile takes /adddriver and /removedriver");
    if (!line->is_volatile && (line->added[0] != 0 || line->removed[0] != 0))
        die(EXIT_ERROR, "/adddriver and /removedriver stand behind /volatile");
    if (line->action == ACTION_NONE)
        die(EXIT_ERROR, line->is_all ? "/all stands behind /standard or /flags"
                                     : "nothing to do (/? lists all)");
}

void verifier_line_read(int argc, char **argv, struct verifier_line *line)
{
    struct walk walk = {argv + 1, argc - 1, NULL};
    *line = (struct verifier_line){0};
    while (walk.left > 0) {
        const char *word = walk_word(&walk);
        walk.option = word;
        if (walk_is_option(word) || strcmp(word, "/?") == 0)
            take_option(&walk, line);
        else
            take_process(word, line);
    }
    if (line->action != ACTION_HELP && line->action != ACTION_VERSION)
        check(line);
}
