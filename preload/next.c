#include "preload/next.h"

#include <dlfcn.h>
#include <stddef.h>

void *next_routine(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}
