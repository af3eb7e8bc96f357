#include "tools/verifier_stacks.h"

#include "tools/faults_state.h"
#include "tools/nearest.h"
#include "tools/run_environment.h"
#include "tools/say.h"
#include "tools/verifier_walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    WORDS_BYTES = 256,
    FAILED = 1 << STACK_FAILED,
    RECORDED = 1 << STACK_RECORDED,
    EXCLUDED = 1 << STACK_EXCLUDED,
};

/* Beside the settings. */
static const char *state_path(void)
{
    static char path[PROGRAM_PATH_BYTES];
    const char *config = config_path();
    const char *slash = strrchr(config, '/');
    if (*config == 0)
        die(EXIT_ERROR, "no place for stacks: neither EXPOOL_CONFIG nor HOME is set");
    (void)snprintf(path, sizeof path, "%.*sstacks", slash == NULL ? 0 : (int)(slash - config + 1),
                   config);
    return path;
}

static bool say_failed(void)
{
    say("%s: %s", state_path(), strerror(errno));
    return false;
}

static bool read_state(struct faults_state *state)
{
    return faults_state_read(state_path(), state) || say_failed();
}

static bool print_statistics(const struct stacks_order *order)
{
    struct faults_state state;
    size_t count[STACK_STATES] = {0};
    (void)order;
    if (!read_state(&state))
        return false;
    for (size_t i = 0; i < state.count; i++)
        count[state.stacks[i].state]++;
    (void)printf("Test pass: %lu\nStacks: %zu\n", state.counter, state.count);
    for (unsigned i = 0; i < STACK_STATES; i++)
        (void)printf("  %s: %zu\n", faults_state_name((enum faults_stack_state)i), count[i]);
    faults_state_free(&state);
    return true;
}

static bool next_counter(const struct stacks_order *order)
{
    (void)order;
    return faults_state_next_counter(state_path()) || say_failed();
}

static bool print_ids(const struct stacks_order *order)
{
    struct faults_state state;
    char *end;
    unsigned long counter = strtoul(order->argument, &end, 0);
    size_t found = 0;
    if (*end != 0)
        die(EXIT_ERROR, "getstackid %s: the number of a test pass", order->argument);
    if (!read_state(&state))
        return false;
    for (size_t i = 0; i < state.count; i++)
        if (state.stacks[i].counter == counter) {
            (void)printf("%08x %s %s\n", state.stacks[i].id,
                         faults_state_name(state.stacks[i].state), state.stacks[i].frames);
            found++;
        }
    faults_state_free(&state);
    if (found == 0)
        say("no stack of test pass %lu", counter);
    return found > 0;
}

static bool exclude(const struct stacks_order *order)
{
    char *end;
    unsigned long id = strtoul(order->argument, &end, 16);
    if (*end != 0 || id == 0 || id > UINT32_MAX)
        die(EXIT_ERROR, "excludestack %s: a stack id, hexadecimal (querystatistics, getstackid)",
            order->argument);
    return faults_state_exclude(state_path(), (uint32_t)id) || say_failed();
}

static const struct {
    const char *word;
    const char *running; /* "systematic", "record", "off" for running processes */
    const char *stored;  /* the same for the next run */
    unsigned forgotten;
    bool (*act)(const struct stacks_order *order);
} words[] = {
    {"enableboottime", NULL, "systematic", 0, NULL},
    {"disableboottime", NULL, "", 0, NULL},
    {"recordboottime", NULL, "record", 0, NULL},
    {"resetboottime", NULL, "", EXCLUDED, NULL},
    {"enableruntime", "systematic", NULL, 0, NULL},
    {"disableruntime", "off", NULL, 0, NULL},
    {"recordruntime", "record", NULL, 0, NULL},
    {"resetruntime", "off", NULL, FAILED | RECORDED, NULL},
    {"querystatistics", NULL, NULL, 0, print_statistics},
    {"incrementcounter", NULL, NULL, 0, next_counter},
    {"getstackid", NULL, NULL, 0, print_ids},
    {"excludestack", NULL, NULL, 0, exclude},
};

enum { WORD_COUNT = sizeof words / sizeof words[0] };

static const char *with_state(const char *mode)
{
    static char text[WORDS_BYTES];
    if (mode == NULL || *mode == 0 || strcmp(mode, "off") == 0)
        return mode;
    int length = snprintf(text, sizeof text, "%s;state=%s", mode, state_path());
    if (length < 0 || (size_t)length >= sizeof text)
        die(EXIT_ERROR, "%s is too long a name", state_path());
    return text;
}

static unsigned find_word(const char *what)
{
    struct nearest nearest = {.typed = what};
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        if (strcasecmp(words[i].word, what) == 0)
            return i;
        nearest_offer(&nearest, words[i].word);
    }
    die(EXIT_ERROR, "/faultssystematic %s: there is no such thing%s", what,
        nearest_hint(&nearest, ""));
}

void stacks_read(const char *what, const char *argument, struct stacks_order *order)
{
    unsigned row = find_word(what);
    *order = (struct stacks_order){.running = with_state(words[row].running),
                                   .stored = with_state(words[row].stored),
                                   .forgotten = words[row].forgotten,
                                   .what = words[row].word,
                                   .argument = argument};
}

bool stacks_forget(const struct stacks_order *order)
{
    return order->forgotten == 0 || faults_state_forget(state_path(), order->forgotten) ||
           say_failed();
}

bool stacks_do(const struct stacks_order *order)
{
    return words[find_word(order->what)].act(order);
}
