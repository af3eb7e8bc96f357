#include "tools/nearest.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 64 };

static unsigned least(unsigned one, unsigned other)
{
    return one < other ? one : other;
}

unsigned word_distance(const char *one, const char *other)
{
    unsigned row[WORD_MAX + 1];
    size_t length = strnlen(other, WORD_MAX);
    for (unsigned j = 0; j <= length; j++)
        row[j] = j;
    for (unsigned i = 0; one[i] != 0; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            unsigned differs = tolower((unsigned char)one[i]) != tolower((unsigned char)other[j]);
            unsigned changed = diagonal + differs;
            diagonal = row[j + 1];
            row[j + 1] = least(changed, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[length];
}

void nearest_offer(struct nearest *nearest, const char *word)
{
    unsigned distance = word_distance(nearest->typed, word);
    if (nearest->best != NULL && distance >= nearest->distance)
        return;
    nearest->best = word;
    nearest->distance = distance;
}
