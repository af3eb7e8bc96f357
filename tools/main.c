/* main.c - expool VERB ARGUMENTS; or, called by the name of a link to it, that verb. */
#include "tools/common.h"
#include "tools/nearest.h"
#include "tools/say.h"
#include "tools/verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 64 };

static int trouble = EXIT_TROUBLE; /* of the verb that runs */

/* At the end: a full disk or a closed standard output is no success. */
static void check_output(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return;
    say("cannot write to standard output%s%s", errno != 0 ? ": " : "",
        errno != 0 ? strerror(errno) : "");
    _exit(trouble);
}

static void print_help(FILE *file)
{
    (void)fprintf(file,
                  "Usage: expool VERB [OPTION...]\n\n"
                  "  expool run -- ./your-program     any dynamically linked program, nothing "
                  "recompiled\n"
                  "  expool explain 0xC1/0x24         what a report means\n\n"
                  "Verbs (expool VERB --help tells more):\n");
    for (size_t i = 0; i < verb_count; i++)
        (void)fprintf(file, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
    (void)fprintf(file, "\n  -h, --help   this page\n      --version\n");
}

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < verb_count; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* `is_link`: the verb goes by its own name. */
static int run_verb(const struct verb *verb, bool is_link, int argc, char **argv)
{
    static char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, is_link ? "%s" : "expool %s", verb->name);
    say_set_name(name);
    trouble = verb->trouble;
    argv[0] = name; /* argp and people read the same */
    return verb->run(argc, argv);
}

static int refuse_verb(const char *typed)
{
    struct nearest nearest = {.typed = typed};
    for (size_t i = 0; i < verb_count; i++)
        nearest_offer(&nearest, verbs[i].name);
    say("no verb '%s'%s (expool --help lists all)", typed, nearest_hint(&nearest, ""));
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *called = slash != NULL ? slash + 1 : argv[0];
    const struct verb *verb = find(called);
    (void)atexit(check_output);
    if (verb != NULL)
        return run_verb(verb, true, argc, argv);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_TROUBLE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(stdout);
        return EXIT_NOTHING;
    }
    if (strcmp(word, "--version") == 0) {
        version_print();
        return EXIT_NOTHING;
    }
    verb = find(word);
    return verb == NULL ? refuse_verb(word) : run_verb(verb, false, argc - 1, argv + 1);
}
