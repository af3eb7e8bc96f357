#include "tools/demangle.h"

#include "tools/say.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of libstdc++. */
char *__cxa_demangle(const char *name, char *bytes, size_t *length, /* NOLINT: its name */
                     int *status);

struct pair {
    char *linkage;
    char *readable;
};

static int by_linkage(const void *one, const void *other)
{
    return strcmp(((const struct pair *)one)->linkage, ((const struct pair *)other)->linkage);
}

static struct pair *make_pair(const char *name)
{
    int status = 0;
    struct pair *pair = malloc(sizeof *pair);
    if (pair == NULL)
        die(2, "%s", strerror(errno));
    pair->linkage = strdup(name);
    pair->readable = __cxa_demangle(name, NULL, NULL, &status);
    if (pair->linkage == NULL)
        die(2, "%s", strerror(errno));
    if (pair->readable == NULL)
        pair->readable = pair->linkage;
    return pair;
}

const char *demangled(const char *name)
{
    static void *known;
    if (name == NULL || strncmp(name, "_Z", 2) != 0)
        return name;
    const struct pair wanted = {.linkage = (char *)(uintptr_t)name};
    struct pair *const *found = tfind(&wanted, &known, by_linkage);
    if (found == NULL)
        found = tsearch(make_pair(name), &known, by_linkage);
    if (found == NULL)
        die(2, "%s", strerror(errno));
    return (*found)->readable;
}
