#include "tools/demangle.h"

#include "tools/say.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WITH_PARAMETERS = 1, WITH_QUALIFIERS = 2 }; /* DMGL_PARAMS, DMGL_ANSI */

/* Of libiberty (libiberty/demangle.h): the one that reports use. */
int cplus_demangle_v3_callback(const char *name, int options,
                               void (*put)(const char *bytes, size_t length, void *context),
                               void *context);

struct pair {
    char *linkage;
    char *readable;
};

static int by_linkage(const void *one, const void *other)
{
    return strcmp(((const struct pair *)one)->linkage, ((const struct pair *)other)->linkage);
}

static void put(const char *bytes, size_t length, void *context)
{
    (void)fwrite(bytes, 1, length, context);
}

static struct pair *make_pair(const char *name)
{
    size_t length = 0;
    struct pair *pair = malloc(sizeof *pair);
    FILE *file = pair == NULL ? NULL : open_memstream(&pair->readable, &length);
    if (file == NULL)
        die(2, "%s", strerror(errno));
    bool is_read =
        cplus_demangle_v3_callback(name, WITH_PARAMETERS | WITH_QUALIFIERS, put, file) != 0;
    pair->linkage = strdup(name);
    if (fclose(file) != 0 || pair->linkage == NULL)
        die(2, "%s", strerror(errno));
    if (!is_read) {
        free(pair->readable);
        pair->readable = pair->linkage;
    }
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
