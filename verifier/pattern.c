#include "verifier/pattern.h"

#include "pool/util.h"

#include <string.h>

/* What is poisoned, and under a sweep what another thread is just writing. */
#define SEES_ALL __attribute__((no_sanitize("address", "thread")))

/* Sixteen bytes, eight and four, wherever they begin. */
typedef uint64_t wide __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t word __attribute__((aligned(1), may_alias));
typedef uint32_t half __attribute__((aligned(1), may_alias));

#define LOAD(type, at) (*(const type *)(const void *)(at))

/* Four at a time, which do not wait for each other: a sweep looks at megabytes. `*start` moves to
 * the rest. */
SEES_ALL NO_COVERAGE static inline wide fours_changed(const unsigned char **start,
                                                      const unsigned char *end, wide all)
{
    wide changed[4] = {{0}};
    const wide *at = (const void *)*start;
    for (; (size_t)(end - (const unsigned char *)at) >= 4 * sizeof *at; at += 4) {
        changed[0] |= at[0] ^ all;
        changed[1] |= at[1] ^ all;
        changed[2] |= at[2] ^ all;
        changed[3] |= at[3] ^ all;
    }
    *start = (const unsigned char *)at;
    return changed[0] | changed[1] | changed[2] | changed[3];
}

/* From both ends: the last sixteen (eight, four) bytes and those before them may overlap. */
SEES_ALL NO_COVERAGE bool pattern_is_whole(const unsigned char *start, size_t bytes, uint8_t fill)
{
    const uint64_t wanted = fill * UINT64_C(0x0101010101010101);
    const unsigned char *end = start + bytes;
    if (bytes >= sizeof(wide)) {
        const wide all = {wanted, wanted};
        wide changed = (LOAD(wide, end - sizeof(wide)) ^ all) | fours_changed(&start, end, all);
        for (; (size_t)(end - start) > sizeof(wide); start += sizeof(wide))
            changed |= LOAD(wide, start) ^ all;
        return (changed[0] | changed[1]) == 0;
    }
    if (bytes >= sizeof(word))
        return ((LOAD(word, start) ^ wanted) | (LOAD(word, end - sizeof(word)) ^ wanted)) == 0;
    if (bytes >= sizeof(half))
        return LOAD(half, start) == (uint32_t)wanted &&
               LOAD(half, end - sizeof(half)) == (uint32_t)wanted;
    while (start < end && *start == fill)
        start++;
    return start == end;
}

SEES_ALL NO_COVERAGE void pattern_look(const unsigned char *start, size_t bytes, uint8_t fill,
                                       struct pattern_damage *damage)
{
    const unsigned char *end = start + bytes;
    checker_look_away();
    bool is_whole = pattern_is_whole(start, bytes, fill);
    for (const unsigned char *at = start; !is_whole && at < end; at++) {
        unsigned changed = (unsigned)(*at ^ fill);
        if (changed == 0)
            continue;
        if (damage->first == NULL)
            damage->first = at;
        damage->last = at;
        damage->count++;
        damage->bits += (unsigned)__builtin_popcount(changed);
    }
    checker_look();
}

void pattern_fill(unsigned char *start, size_t bytes, uint8_t fill)
{
    checker_open(start, bytes, true);
    memset(start, fill, bytes);
}
