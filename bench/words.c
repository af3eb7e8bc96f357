#include "bench/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64 };

int word_find(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, const char *b)
{
    unsigned line[WORD_MAX + 1];
    size_t a_length = strnlen(a, WORD_MAX);
    size_t b_length = strnlen(b, WORD_MAX);
    for (unsigned j = 0; j <= b_length; j++)
        line[j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned diagonal = line[0];
        line[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            unsigned changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = line[j];
            line[j] = least(changed, least(line[j], line[j - 1]) + 1);
        }
    }
    return line[b_length];
}

const char *word_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = words[0];
    unsigned best = ~0u;
    for (size_t i = 0; i < count; i++) {
        unsigned far = distance(word, words[i]);
        if (far < best) {
            best = far;
            nearest = words[i];
        }
    }
    return nearest;
}

bool word_number(const char *word, long low, long high, long *value)
{
    char *end;
    errno = 0;
    long number = strtol(word, &end, 10);
    if (end == word || *end || errno || number < low || number > high)
        return false;
    *value = number;
    return true;
}
