#include "fuzz/replay/options.h"

#include "bench/words.h"
#include "fuzz/program.h"
#include "fuzz/run.h"
#include "fuzz/target.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum option_key {
    KEY_PRINT = 0x100,
    KEY_HASHES,
    KEY_GENERATE,
    KEY_CONVERT,
    KEY_KIND,
    KEY_REVERSE,
    KEY_SHUFFLE,
    KEY_TWICE,
    KEY_SEED,
    KEY_HISTORY,
    KEY_BACKEND,
    KEY_KEY,
    KEY_MINIMIZE,
    KEY_EMIT_C,
    KEY_EMIT_TEST,
    KEY_TRIAGE,
    KEY_INTO,
    KEY_LOG,
    KEY_ALSO,
    KEY_NOTE,
    KEY_HELP,
};

static const struct option known[] = {
    {"print", no_argument, NULL, KEY_PRINT},
    {"hashes", no_argument, NULL, KEY_HASHES},
    {"generate", required_argument, NULL, KEY_GENERATE},
    {"convert", no_argument, NULL, KEY_CONVERT},
    {"kind", no_argument, NULL, KEY_KIND},
    {"reverse", no_argument, NULL, KEY_REVERSE},
    {"shuffle", required_argument, NULL, KEY_SHUFFLE},
    {"twice", no_argument, NULL, KEY_TWICE},
    {"seed", required_argument, NULL, KEY_SEED},
    {"history", required_argument, NULL, KEY_HISTORY},
    {"backend", required_argument, NULL, KEY_BACKEND},
    {"key", no_argument, NULL, KEY_KEY},
    {"minimize", no_argument, NULL, KEY_MINIMIZE},
    {"emit-c", no_argument, NULL, KEY_EMIT_C},
    {"emit-test", no_argument, NULL, KEY_EMIT_TEST},
    {"triage", no_argument, NULL, KEY_TRIAGE},
    {"into", required_argument, NULL, KEY_INTO},
    {"log", required_argument, NULL, KEY_LOG},
    {"also", required_argument, NULL, KEY_ALSO},
    {"note", required_argument, NULL, KEY_NOTE},
    {"help", no_argument, NULL, KEY_HELP},
    {0},
};

static const char help[] =
    " [OPTION...] FILE|FOLDER...\n"
    "Runs fuzz inputs, text or binary, without an engine.\n"
    "  --print                     as text, with what is expected of each operation\n"
    "  --hashes                    what each did, as \"HASH FILE\" a line\n"
    "  --reverse, --shuffle SEED   in another order\n"
    "  --twice                     each twice: both times must be the same\n"
    "  --backend classic|segment   whatever the programs say\n"
    "  --generate COUNT, --seed N  so many random programs instead of files\n"
    "  --convert TEXT BINARY       text in, bytes out\n"
    "  --key                       how each fails, one key a line; empty: it does not\n"
    "  --minimize                  the shortest, plainest program that fails so\n"
    "  --emit-c, --emit-test       the calls of one as C for the public headers, or as a test\n"
    "  --triage --into FOLDER      a folder for each bug; --log FILE: the engine's, copied into\n"
    "                              it; --also PROGRAM: tried when nothing fails here;\n"
    "                              --history FILE: what EXPOOL_FUZZ_HISTORY named, tried when\n"
    "                              nothing fails; --note NAME=VALUE: for meta.json\n"
    "  --kind                      what it takes: program or bytes\n"
    "Exit: 0 all as expected, 1 a verdict was wrong, 2 trouble.\n";

static void print_help(FILE *to)
{
    (void)fprintf(to, "usage: replay_%s%s", target_name, help);
}

static _Noreturn __attribute__((format(printf, 1, 2))) void refuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("replay: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(REPLAY_TROUBLE);
}

static uint64_t number(const char *option, const char *value)
{
    char *end = NULL;
    uint64_t parsed = strtoull(value, &end, 0);
    if (*value < '0' || *value > '9' || *end != 0)
        refuse("--%s takes a number, not '%s'", option, value);
    return parsed;
}

static int backend(const char *word)
{
    if (strcmp(word, "classic") == 0)
        return PROGRAM_BACKEND_CLASSIC;
    if (strcmp(word, "segment") != 0)
        refuse("--backend takes classic or segment, not '%s'", word);
    return PROGRAM_BACKEND_SEGMENT;
}

static _Noreturn void refuse_option(const char *typed)
{
    const char *names[COUNT_OF(known) - 1];
    if (typed[1] != '-')
        refuse("no option '%s'; --help lists them", typed);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        names[i] = known[i].name;
    refuse("no option '%s'; the nearest is '--%s'", typed,
           word_nearest(typed + strspn(typed, "-"), names, COUNT_OF(names)));
}

static const char *notes[32];

static void choose(struct replay_options *options, enum replay_mode mode, const char *option)
{
    if (options->mode != REPLAY_RUN && options->mode != mode)
        refuse("--%s does not go with what else was asked", option);
    options->mode = mode;
}

static void take(struct replay_options *options, int key, const char *name)
{
    switch (key) {
    case KEY_PRINT: choose(options, REPLAY_PRINT, name); break;
    case KEY_HASHES: choose(options, REPLAY_HASHES, name); break;
    case KEY_CONVERT: choose(options, REPLAY_CONVERT, name); break;
    case KEY_KIND: choose(options, REPLAY_KIND, name); break;
    case KEY_GENERATE:
        choose(options, REPLAY_GENERATE, name);
        options->count = number(name, optarg);
        break;
    case KEY_KEY: choose(options, REPLAY_KEY, name); break;
    case KEY_MINIMIZE: choose(options, REPLAY_MINIMIZE, name); break;
    case KEY_EMIT_C: choose(options, REPLAY_EMIT_C, name); break;
    case KEY_EMIT_TEST: choose(options, REPLAY_EMIT_TEST, name); break;
    case KEY_TRIAGE: choose(options, REPLAY_TRIAGE, name); break;
    case KEY_INTO: options->triage.into = optarg; break;
    case KEY_LOG: options->triage.log = optarg; break;
    case KEY_ALSO: options->triage.also = optarg; break;
    case KEY_NOTE:
        if (options->triage.note_count == COUNT_OF(notes))
            refuse("--note %s: no room for more", optarg);
        notes[options->triage.note_count++] = optarg;
        options->triage.notes = notes;
        break;
    case KEY_REVERSE: options->is_reversed = true; break;
    case KEY_TWICE: options->runs_twice = true; break;
    case KEY_SHUFFLE:
        options->is_shuffled = true;
        options->shuffle_seed = number(name, optarg);
        break;
    case KEY_SEED: options->seed = number(name, optarg); break;
    case KEY_HISTORY: options->triage.history = optarg; break;
    case KEY_BACKEND: run_backend = backend(optarg); break;
    default: print_help(stdout); exit(EXIT_SUCCESS);
    }
}

static void check(const struct replay_options *options)
{
    if (options->mode == REPLAY_CONVERT && options->word_count != 2)
        refuse("--convert takes two files: text to read, binary to write");
    if ((options->mode == REPLAY_TRIAGE) != (options->triage.into != NULL))
        refuse("--triage and --into FOLDER go together");
    if ((options->mode == REPLAY_EMIT_C || options->mode == REPLAY_EMIT_TEST) &&
        options->word_count != 1)
        refuse("--emit-c and --emit-test take one file");
    if (options->mode != REPLAY_TRIAGE && options->triage.history != NULL)
        refuse("--history goes with --triage");
    if (options->mode == REPLAY_GENERATE && options->word_count > 0)
        refuse("--generate takes no file, not '%s'", options->words[0]);
    if (target_program == NULL &&
        (options->mode == REPLAY_GENERATE || options->mode == REPLAY_CONVERT ||
         options->mode == REPLAY_PRINT || options->mode == REPLAY_EMIT_C ||
         options->mode == REPLAY_EMIT_TEST))
        refuse("the inputs of %s are no programs", target_name);
}

void replay_options_read(struct replay_options *options, int count, char **arguments)
{
    *options = (struct replay_options){.seed = 1};
    opterr = 0;
    for (;;) {
        int index = 0;
        int at = optind;
        int key = getopt_long(count, arguments, ":h", known, &index);
        if (key < 0)
            break;
        if (key == ':')
            refuse("%s takes a value", arguments[at]);
        if (key == '?')
            refuse_option(arguments[optind - 1 > at ? optind - 1 : at]);
        take(options, key, key == 'h' ? "help" : known[index].name);
    }
    options->words = arguments + optind;
    options->word_count = count - optind;
    if (count < 2) {
        print_help(stderr);
        exit(REPLAY_TROUBLE);
    }
    check(options);
}
