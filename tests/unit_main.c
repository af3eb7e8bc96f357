#include "tests/unit.h"

#include "expool/host.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNITS_MAX = 64, NOT_HERE = 2 };

static struct {
    const char *file;
    const char *name;
    int (*run)(const char *name);
} units[UNITS_MAX];
static unsigned units_count;

/* Many are of the pool's inside, which writes what it hands to nobody. */
const char *expool_default_options(void)
{
    return "checker=off";
}

void unit_add(const char *file, const char *name, int (*run)(const char *name))
{
    if (units_count == UNITS_MAX)
        abort();
    units[units_count].file = file;
    units[units_count].name = name;
    units[units_count++].run = run;
}

/* Is `file`, a path, the source of the program `name`? */
static int is_source(const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash != NULL ? slash + 1 : file;
    size_t length = strlen(name);
    return strncmp(base, name, length) == 0 && strcmp(base + length, ".c") == 0;
}

int main(void)
{
    char path[PATH_MAX] = "";
    if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) {
        perror("/proc/self/exe");
        return NOT_HERE;
    }
    const char *name = basename(path);
    for (unsigned i = 0; i < units_count; i++)
        if (is_source(units[i].file, name))
            return units[i].run(units[i].name);
    (void)fprintf(stderr, "%s: run by the name of a test; here are\n", name);
    for (unsigned i = 0; i < units_count; i++)
        (void)fprintf(stderr, "  %s\n", units[i].file);
    return NOT_HERE;
}
