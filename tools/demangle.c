#include "tools/demangle.h"

#include "tools/say.h"

#include <errno.h>
#include <search.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WITH_PARAMETERS = 1, WITH_QUALIFIERS = 2 }; /* DMGL_PARAMS, DMGL_ANSI */
enum { WRITTEN_MAX = 1 << 20 }; /* a short name can stand for letters without end */

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

struct writing {
    FILE *file;
    size_t length;
    jmp_buf too_long;
};

static void put(const char *bytes, size_t length, void *context)
{
    struct writing *writing = context;
    writing->length += length;
    if (writing->length > WRITTEN_MAX)
        longjmp(writing->too_long, 1);
    (void)fwrite(bytes, 1, length, writing->file);
}

static bool write_name(FILE *file, const char *name)
{
    struct writing writing = {.file = file};
    return setjmp(writing.too_long) == 0 &&
           cplus_demangle_v3_callback(name, WITH_PARAMETERS | WITH_QUALIFIERS, put, &writing) != 0;
}

static struct pair *make_pair(const char *name)
{
    size_t length = 0;
    struct pair *pair = malloc(sizeof *pair);
    FILE *file = pair == NULL ? NULL : open_memstream(&pair->readable, &length);
    if (file == NULL)
        die(2, "%s", strerror(errno));
    bool is_read = write_name(file, name);
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
