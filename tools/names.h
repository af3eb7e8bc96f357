/* names.h - function, file, line and column of an address in a program or library, from its debug
 * information (libdw), on this machine or under a sysroot. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include "tools/findings.h"

#include <stdbool.h>
#include <stdint.h>

struct names;

/* `sysroot` stands in front of modules' paths; debug files are also looked for in `debug_dir`.
 * NULL: as on this machine. */
struct names *names_new(const char *sysroot, const char *debug_dir);
void names_free(struct names *names);

/* Fills what it finds; false: the module is not there, is another build, or says nothing. What is
 * filled in lives as long as `names`. `build_id` in hexadecimal, or a beginning of it; "" is not
 * compared. A module that is not found at `path` is looked for by its build-id. */
bool names_find(struct names *names, const char *path, const char *build_id, uint64_t offset,
                struct frame_names *found);

#endif
