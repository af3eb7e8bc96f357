#include "fuzz/replay/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* `relative` to the folder of this program, made plain; NULL: nothing is there. */
static const char *beside_program(const char *relative, char *resolved)
{
    char path[PATH_BYTES + 64];
    ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    if (length <= 0)
        return NULL;
    path[length] = 0;
    char *name = strrchr(path, '/') + 1;
    (void)snprintf(name, sizeof path - (size_t)(name - path), "%s", relative);
    return realpath(path, resolved);
}

/* As installed in libexec/expool; of a build folder, from fuzz/ and from oracle/replay/. */
static const struct {
    const char *header;
    const char *archive;
} places[] = {
    {INSTALLED_INCLUDE "/wdm.h", INSTALLED_ARCHIVE},
    {"../" BUILT_INCLUDE "/wdm.h", "../lib/libexpool.a"},
    {"../../" BUILT_INCLUDE "/wdm.h", "../../lib/libexpool.a"},
};

enum { PLACE_COUNT = sizeof places / sizeof places[0] };

const char *library_headers(void)
{
    static char found[PATH_BYTES];
    const char *named = getenv("EXPOOL_INCLUDE");
    if (named != NULL)
        return named;
    for (unsigned i = 0; i < PLACE_COUNT; i++) {
        if (beside_program(places[i].header, found) != NULL) {
            *strrchr(found, '/') = 0;
            return found;
        }
    }
    return "/usr/local/include";
}

const char *library_archive(void)
{
    static char found[PATH_BYTES];
    const char *archive = getenv("EXPOOL_LIBRARY");
    for (unsigned i = 0; i < PLACE_COUNT && archive == NULL; i++)
        archive = beside_program(places[i].archive, found);
    return archive != NULL && access(archive, R_OK) == 0 ? archive : NULL;
}
