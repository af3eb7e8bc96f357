#include "preload/follow.h"

#include "expool/control.h"
#include "pool/os.h"
#include "pool/util.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PRELOAD "LD_PRELOAD="

enum { RUN, OPTIONS, VARIABLES };

/* As they were when this program began: "NAME=value", whatever it does to its own. */
static struct {
    const char *name[VARIABLES];
    const char *kept[VARIABLES]; /* NULL: was not there */
    const char *own_path;
} variables = {.name = {EXPOOL_RUN_VARIABLE "=", "EXPOOL_OPTIONS="}};

static const char *find(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0)
            return *environment;
    return NULL;
}

/* A program may write its title over what it was given. */
static const char *copy(const char *text)
{
    size_t bytes = text == NULL ? 0 : strlen(text) + 1;
    char *kept = bytes == 0 ? NULL : os_table(round_up(bytes, PAGE_BYTES));
    return kept == NULL ? NULL : memcpy(kept, text, bytes);
}

__attribute__((constructor(101))) static void keep(void)
{
    Dl_info own;
    bool is_refused;
    const char *run = os_environment(EXPOOL_RUN_VARIABLE, &is_refused);
    if (run == NULL || *run == 0 || dladdr((void *)&variables, &own) == 0 || own.dli_fname == NULL)
        return;
    for (unsigned i = 0; i < VARIABLES; i++)
        variables.kept[i] = copy(find(environ, variables.name[i]));
    variables.own_path = copy(own.dli_fname);
}

static bool is_whole(char *const *environment, const char *preload)
{
    return find(environment, variables.name[RUN]) != NULL && preload != NULL &&
           strstr(preload, variables.own_path) != NULL;
}

static bool is_left_alone(char *const *environment)
{
    const char *run = find(environment, variables.name[RUN]);
    return variables.own_path == NULL || (run != NULL && run[strlen(variables.name[RUN])] == 0);
}

size_t follow_bytes(char *const *environment)
{
    const char *preload = find(environment, PRELOAD);
    size_t count = VARIABLES + 2; /* and the preload library, and the end */
    if (is_left_alone(environment) || is_whole(environment, preload))
        return 0;
    for (char *const *at = environment; at != NULL && *at != NULL; at++)
        count++;
    return count * sizeof(char *) + sizeof PRELOAD ":" + strlen(variables.own_path) +
           (preload == NULL ? 0 : strlen(preload));
}

/* "LD_PRELOAD=ours:theirs" */
static void write_preload(char *to, const char *theirs)
{
    to = stpcpy(to, PRELOAD);
    to = stpcpy(to, variables.own_path);
    if (theirs != NULL && theirs[sizeof PRELOAD - 1] != 0) {
        to = stpcpy(to, ":");
        (void)stpcpy(to, theirs + sizeof PRELOAD - 1);
    }
}

char *const *follow_into(char *const *environment, void *room)
{
    const char **list = room;
    const char *preload = find(environment, PRELOAD);
    size_t count = 0;
    if (room == NULL)
        return environment;
    for (char *const *at = environment; at != NULL && *at != NULL; at++)
        if (*at != preload)
            list[count++] = *at;
    for (unsigned i = 0; i < VARIABLES; i++)
        if (variables.kept[i] != NULL && find(environment, variables.name[i]) == NULL)
            list[count++] = variables.kept[i];
    char *words = (char *)(list + count + 2);
    write_preload(words, preload);
    list[count++] = words;
    list[count] = NULL;
    return (char *const *)room;
}
