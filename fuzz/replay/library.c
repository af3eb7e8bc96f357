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

const char *library_headers(void)
{
    static char installed[PATH_BYTES];
    const char *named = getenv("EXPOOL_INCLUDE");
    if (named != NULL)
        return named;
    if (beside_program(INSTALLED_ARCHIVE, installed) != NULL &&
        beside_program(INSTALLED_INCLUDE, installed) != NULL)
        return installed;
    return BUILT_INCLUDE;
}

const char *library_archive(void)
{
    static char installed[PATH_BYTES];
    const char *archive = getenv("EXPOOL_LIBRARY");
    if (archive == NULL)
        archive = beside_program(INSTALLED_ARCHIVE, installed);
    if (archive == NULL)
        archive = BUILT_ARCHIVE;
    return access(archive, R_OK) == 0 ? archive : NULL;
}
