#include "pool/demangle.h"

#include "pool/demangle_parse.h"

#include <string.h>

struct span demangle_fail(struct demangling *it)
{
    it->has_failed = true;
    it->at = "";
    return (struct span){0, 0};
}

struct span demangle_put(struct demangling *it, const char *bytes, unsigned length)
{
    struct span span = {(uint16_t)it->used, (uint16_t)length};
    if (length > DEMANGLE_BYTES - it->used)
        return demangle_fail(it);
    memmove(it->arena + it->used, bytes, length);
    it->used += length;
    return span;
}

struct span demangle_word(struct demangling *it, const char *word)
{
    return demangle_put(it, word, (unsigned)strlen(word));
}

struct span demangle_join(struct demangling *it, struct span front, const char *middle,
                          struct span back)
{
    struct span whole = front;
    if (front.start + front.length != (int)it->used)
        whole = demangle_put(it, it->arena + front.start, front.length);
    demangle_word(it, middle);
    demangle_put(it, it->arena + back.start, back.length);
    whole.length = (uint16_t)(it->used - whole.start);
    return it->has_failed ? (struct span){0, 0} : whole;
}

bool demangle_take(struct demangling *it, char letter)
{
    bool is_there = *it->at == letter;
    it->at += is_there ? 1 : 0;
    return is_there;
}

bool demangle_take_two(struct demangling *it, const char *letters)
{
    bool is_there = it->at[0] == letters[0] && it->at[1] == letters[1];
    it->at += is_there ? 2 : 0;
    return is_there;
}

unsigned demangle_number(struct demangling *it)
{
    unsigned number = 0;
    while (*it->at >= '0' && *it->at <= '9' && number < DEMANGLE_BYTES)
        number = number * 10 + (unsigned)(*it->at++ - '0');
    return number;
}

void demangle_remember(struct demangling *it, struct type type)
{
    if (it->substitution_count == DEMANGLE_SUBSTITUTIONS)
        demangle_fail(it);
    else
        it->substitutions[it->substitution_count++] = type;
}

char demangle_last(const struct demangling *it, struct span span)
{
    if (span.length == 0)
        return 0;
    return it->arena[span.start + span.length - 1];
}

static bool is_small(char letter)
{
    return (letter >= 'a' && letter <= 'z') || letter == '_';
}

/* ".isra.0.cold" -> " [clone .isra.0] [clone .cold]" */
static struct span add_clones(struct demangling *it, struct span whole)
{
    while (*it->at == '.' && is_small(it->at[1])) {
        const char *end = it->at + 1;
        while (is_small(*end))
            end++;
        while (end[0] == '.' && end[1] >= '0' && end[1] <= '9')
            for (end++; *end >= '0' && *end <= '9';)
                end++;
        whole = demangle_join(it, whole, " [clone ",
                              demangle_put(it, it->at, (unsigned)(end - it->at)));
        whole = demangle_join(it, whole, "]", (struct span){0, 0});
        it->at = end;
    }
    return whole;
}

void demangle(struct text *text, const char *name)
{
    struct demangling it;
    it.at = name + 2;
    it.has_failed = it.in_lambda = it.in_pack = false;
    it.depth = it.element = it.pack_size = it.used = 0;
    it.substitution_count = it.element_count = it.arguments.count = 0;
    struct span whole = {0, 0};
    if (name[0] == '_' && name[1] == 'Z')
        whole = add_clones(&it, demangle_encoding(&it, true));
    if (whole.length == 0 || it.has_failed || *it.at != 0)
        text_add(text, "%s", name);
    else
        text_add_bytes(text, it.arena + whole.start, whole.length);
}
