#include "pool/demangle.h"

#include "pool/libbacktrace.h"

#include <setjmp.h>
#include <string.h>

enum { WITH_PARAMETERS = 1, WITH_QUALIFIERS = 2 }; /* DMGL_PARAMS, DMGL_ANSI */
enum { WRITTEN_MAX = 16 * DEMANGLE_NAME_MAX };

/* What is written, until it is more than a person would read: a name of a kilobyte can stand for
 * more letters than there is time to write. */
struct writing {
    struct text *text;
    size_t length;
    jmp_buf too_long;
};

static void put(const char *bytes, size_t length, void *context)
{
    struct writing *writing = context;
    writing->length += length;
    if (writing->length > WRITTEN_MAX)
        longjmp(writing->too_long, 1);
    text_add_bytes(writing->text, bytes, length);
}

static bool write_name(struct text *text, const char *name)
{
    struct writing writing = {.text = text};
    return setjmp(writing.too_long) == 0 &&
           cplus_demangle_v3_callback(name, WITH_PARAMETERS | WITH_QUALIFIERS, put, &writing) != 0;
}

void demangle(struct text *text, const char *name)
{
    const struct text before = *text;
    bool is_cpp =
        strncmp(name, "_Z", 2) == 0 && strnlen(name, DEMANGLE_NAME_MAX + 1) <= DEMANGLE_NAME_MAX;
    if (is_cpp && write_name(text, name))
        return;
    *text = before;
    text_add(text, "%s", name);
}
