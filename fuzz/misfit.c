#include "fuzz/misfit.h"

#include "fuzz/execute.h"

#include <stdio.h>

enum { OTHER_BYTES = 128 };

/* The first parameter that is not as it must be; 4: all are. */
static unsigned first_misfit(const struct expectation *expected, const struct expool_bugcheck *seen)
{
    unsigned i = 0;
    while (i < 4 &&
           ((expected->known >> i & 1) == 0 || expected->parameter[i] == seen->parameter[i]))
        i++;
    return i;
}

static bool is_second_free(const struct expool_bugcheck *seen)
{
    return (seen->code == 0xC1 && seen->subcode == 0x20) ||
           (seen->code == 0xC4 && (seen->subcode == 0x13 || seen->subcode == 0x10));
}

/* Where nobody has to be named, who is named must have made that call; a reset frees, too. */
static bool names_another(const struct expool_bugcheck *seen)
{
    return (seen->allocated_by != NULL && !execution_is_allocating(seen->allocated_by)) ||
           (seen->freed_by != NULL && execution_is_allocating(seen->freed_by));
}

/* Special pool knows the block exactly, normal pool where it begins. NULL: nothing is wrong. */
static const char *block_misfit(const struct expectation *expected, bool is_verifying,
                                const struct expool_bugcheck *seen)
{
    const struct handle *about = expected->about;
    if (about == NULL)
        return is_verifying && names_another(seen) ? "names a caller who was not there" : NULL;
    if (seen->block != about->address)
        return "names another block";
    if (seen->tag != about->tag)
        return "names another tag";
    if (!is_verifying || about->place == PLACE_POOL || expected->is_rough)
        return names_another(seen) ? "names a caller who was not there" : NULL;
    bool is_freed = about->state == HANDLE_FREED || is_second_free(seen);
    if (seen->block_bytes != about->size)
        return "names another block size";
    if (!execution_is_allocating(seen->allocated_by))
        return "does not say who allocated";
    if (is_freed && !execution_is_freeing(seen->freed_by))
        return "does not say who freed";
    return !is_freed && seen->freed_by != NULL ? "says that somebody freed" : NULL;
}

static bool is_expected(const struct expectation *expected, const struct expool_bugcheck *seen)
{
    bool is = seen->code == expected->code && seen->subcode == expected->subcode;
    for (unsigned i = 0; i < expected->also_count; i++)
        is |= seen->code == expected->also[i][0] && seen->subcode == expected->also[i][1];
    return is;
}

void misfit_translate(struct expool_bugcheck *seen)
{
    enum { HEAP_CORRUPTION = 0x13A, BUSY_WANTED = 8, BAD_CALLER = 0xC2, TWICE = 7, HEADER = 16 };
    if (seen->code != HEAP_CORRUPTION || seen->subcode != BUSY_WANTED)
        return;
    seen->code = BAD_CALLER;
    seen->subcode = TWICE;
    seen->parameter[0] = TWICE;
    seen->parameter[1] = 0;
    seen->parameter[3] = seen->parameter[2] + HEADER;
}

const char *misfit_find(const struct expectation *expected, const struct expool_bugcheck *seen,
                        unsigned came, bool is_verifying)
{
    static const char *const parameters[] = {"has another parameter 1", "has another parameter 2",
                                             "has another parameter 3", "has another parameter 4"};
    static char other[OTHER_BYTES];
    if (came > 1)
        return "came more than once";
    if (!is_expected(expected, seen)) {
        snprintf(other, sizeof other, "did not come, but 0x%X/0x%X %s", seen->code, seen->subcode,
                 seen->rule);
        return other;
    }
    if (seen->code != expected->code || seen->subcode != expected->subcode)
        return NULL; /* one of the others, of which no more is said */
    unsigned misfit = first_misfit(expected, seen);
    return misfit < 4 ? parameters[misfit] : block_misfit(expected, is_verifying, seen);
}
