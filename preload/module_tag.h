/* module_tag.h - a tag for who calls malloc: four letters of the calling module's name ("curl",
 * "libc", "pyth" for libpython3.11.so.1.0), of the thread's name, or made of the call site.
 *   cache: return address -> index -> tag; no lock, entries are one word */
#ifndef PRELOAD_MODULE_TAG_H
#define PRELOAD_MODULE_TAG_H

#include <stdint.h>

/* As the option tag_from says. Never 0. */
uint32_t module_tag(uintptr_t caller);

/* The four letters of a file's name, its path and a "lib" in front of more than four letters left
 * out; blanks fill up. */
uint32_t module_tag_of_name(const char *path);

#endif
