#include "tools/run_scope.h"

#include "tools/run_cases.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 256 };

static const char runners[] = "ctest,meson,make,gmake,ninja,samu,prove";
/* And a shell, when a line of commands is all it has. */
static const char shells[] = "sh,dash,bash";
/* And what they start on their own account. */
static const char between[] =
    "ctest,cmake,meson,make,gmake,ninja,samu,prove,sh,dash,bash,env,nice,timeout,cat,rm,sed,grep,"
    "tee,*gcc*,*g++*,clang*,cc1*,collect2,as,*-as,ld,*-ld,ld.*,*-ld.*,ar,*-ar";

/* Do the patterns, commas between, fit the name? */
static bool fits(const char *name, const char *patterns)
{
    char word[WORD_BYTES];
    for (const char *at = patterns; *at != 0; at += *at == ',') {
        size_t length = strcspn(at, ",");
        (void)snprintf(word, sizeof word, "%.*s", (int)length, at);
        at += length;
        if (fnmatch(word, name, 0) == 0)
            return true;
    }
    return false;
}

/* An interpreter is what it was told to run. */
static bool is_between(const struct run_process *process)
{
    char script[WORD_BYTES];
    const char *blank = strchr(process->command, ' ');
    (void)snprintf(script, sizeof script, "%s", blank != NULL ? run_case_name(blank + 1) : "");
    script[strcspn(script, " ")] = 0;
    return fits(process->name, between) || fits(script, "meson,dpkg-architecture");
}

static bool has_line(char *const *argv)
{
    for (; *argv != NULL; argv++)
        if (strcmp(*argv, "-c") == 0)
            return true;
    return false;
}

struct run_scope run_scope_of(const char *expected, char *const *argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash != NULL ? slash + 1 : argv[0];
    bool is_runner = fits(name, runners) || (fits(name, shells) && has_line(argv));
    return (struct run_scope){expected, is_runner};
}

struct adding {
    const struct run_scope *scope;
    struct run_sum *sum;
    char *first; /* the command of the program itself, which its forked children have as well */
};

static bool does_count(const struct adding *adding, const struct run_process *process)
{
    const struct run_scope *scope = adding->scope;
    if (process->attempted == 0)
        return false;
    if (scope->expected != NULL)
        return fits(process->name, scope->expected);
    return !scope->is_runner ||
           (strcmp(process->command, adding->first != NULL ? adding->first : "") != 0 &&
            !is_between(process));
}

static void add(void *context, const struct run_process *process)
{
    struct adding *adding = context;
    struct run_sum *sum = adding->sum;
    if (process->is_first)
        adding->first = strdup(process->command);
    sum->processes++;
    sum->checked += process->attempted > 0;
    sum->counting += does_count(adding, process);
    sum->attempted += process->attempted;
    sum->guarded += process->guarded;
    sum->fallback += process->fallback;
    sum->findings += process->findings;
    sum->leaks += process->leaks;
}

void run_scope_sum(const struct run_scope *scope, const struct run_file *file, struct run_sum *sum)
{
    struct adding adding = {scope, sum, NULL};
    *sum = (struct run_sum){.without_room = run_file_without_room(file)};
    run_file_each(file, add, &adding);
    free(adding.first);
}
