/* symbolize_json.h - names for the frames of a JSON document: of any object that has "module" and
 * "offset" and no "file", wherever it stands. */
#ifndef TOOLS_SYMBOLIZE_JSON_H
#define TOOLS_SYMBOLIZE_JSON_H

#include "tools/names.h"

#include <stdbool.h>
#include <stdio.h>

struct symbolize_count {
    unsigned named;
    unsigned left;
};

/* Finds the module a frame names; `path` has 4096 bytes. */
typedef void symbolize_find_module(void *context, const char *module, char *path);

/* Reads the whole of `file`, writes it to stdout with names. False: it is no JSON, and nothing was
 * written. */
bool symbolize_json(FILE *file, struct names *names, symbolize_find_module *find, void *context,
                    struct symbolize_count *count);

#endif
