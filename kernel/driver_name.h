/* driver_name.h - a name of the host's, UTF-8, as driver code sees it. */
#ifndef KERNEL_DRIVER_NAME_H
#define KERNEL_DRIVER_NAME_H

#include "expool/types.h"

#include <stdbool.h>

struct wide_name {
    UNICODE_STRING text;
};

/* front + name, ended by 0; letters outside ASCII are widened from Latin-1. False: no memory, or
 * too long for a counted string. */
bool wide_name_make(struct wide_name *wide, const char *front, const char *name);
void wide_name_free(struct wide_name *wide);

#endif
