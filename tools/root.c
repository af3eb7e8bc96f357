#include "tools/root.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

char *root_find(const char *wanted)
{
    char git[PATH_BYTES];
    char *here = realpath(wanted != NULL ? wanted : ".", NULL);
    if (here == NULL || wanted != NULL)
        return here;
    char *root = strdup(here);
    while (root != NULL && root[0] != 0) {
        (void)snprintf(git, sizeof git, "%s/.git", root);
        if (access(git, F_OK) == 0) {
            free(here);
            return root;
        }
        char *slash = strrchr(root, '/');
        *(slash != NULL ? slash : root) = 0;
    }
    free(root);
    return here;
}
