#include "tools/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 64, HINT_BYTES = 256, BEGIN_MIN = 3, LETTERS_PER_MISTAKE = 3 };

static unsigned least(unsigned one, unsigned other)
{
    return one < other ? one : other;
}

static bool is_same(char one, char other)
{
    return (tolower)((unsigned char)one) == (tolower)((unsigned char)other); /* no macros */
}

/* The next row of the table: `row` is that of the letters before. */
static void add_letter(unsigned *row, char letter, const char *other, size_t length)
{
    unsigned diagonal = row[0];
    row[0]++;
    for (size_t j = 0; j < length; j++) {
        unsigned changed = diagonal + !is_same(letter, other[j]);
        diagonal = row[j + 1];
        row[j + 1] = least(changed, least(row[j], row[j + 1]) + 1);
    }
}

unsigned word_distance(const char *one, const char *other)
{
    unsigned row[WORD_MAX + 1];
    size_t length = strnlen(other, WORD_MAX);
    for (unsigned j = 0; j <= length; j++)
        row[j] = j;
    for (; *one != 0; one++)
        add_letter(row, *one, other, length);
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

static bool is_close(const struct nearest *nearest)
{
    size_t length = strlen(nearest->typed);
    bool begins_so = length >= BEGIN_MIN && strncasecmp(nearest->typed, nearest->best, length) == 0;
    return begins_so || nearest->distance <= (length + 2) / LETTERS_PER_MISTAKE;
}

const char *nearest_hint(const struct nearest *nearest, const char *before)
{
    static char text[HINT_BYTES];
    text[0] = 0;
    if (nearest->best != NULL && is_close(nearest))
        (void)snprintf(text, sizeof text, "; the nearest is '%s%s'", before, nearest->best);
    return text;
}
