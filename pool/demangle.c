#include "pool/demangle.h"

#include <string.h>

enum { WITH_PARAMETERS = 1, WITH_QUALIFIERS = 2 }; /* DMGL_PARAMS, DMGL_ANSI */

/* Of libiberty (libiberty/demangle.h). Returns 0 for what it does not understand; it may have put
 * words by then. */
int cplus_demangle_v3_callback(const char *name, int options,
                               void (*put)(const char *bytes, size_t length, void *context),
                               void *context);

static void put(const char *bytes, size_t length, void *context)
{
    text_add_bytes(context, bytes, length);
}

void demangle(struct text *text, const char *name)
{
    struct text before = *text;
    bool is_cpp =
        strncmp(name, "_Z", 2) == 0 && strnlen(name, DEMANGLE_NAME_MAX + 1) <= DEMANGLE_NAME_MAX;
    if (is_cpp &&
        cplus_demangle_v3_callback(name, WITH_PARAMETERS | WITH_QUALIFIERS, put, text) != 0)
        return;
    *text = before;
    text_add(text, "%s", name);
}
