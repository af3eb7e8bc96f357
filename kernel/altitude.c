/* altitude.c - decimal numbers of any length, as text. */
#include "kernel/altitude.h"

#include "kernel/wide.h"
#include "pool/util.h"

#include <string.h>

void altitude_set(struct altitude *altitude, const UNICODE_STRING *text)
{
    altitude->letters = text != NULL ? min(wide_length(text), (size_t)ALTITUDE_LETTERS) : 0;
    if (altitude->letters != 0)
        memcpy(altitude->text, text->Buffer, altitude->letters * sizeof(WCHAR));
}

/* Letters in front of the point. */
static size_t whole(const struct altitude *altitude)
{
    size_t letters = 0;
    while (letters < altitude->letters && altitude->text[letters] != '.')
        letters++;
    return letters;
}

/* A letter; behind the end what makes 100 and 100.0 the same. */
static int letter(const struct altitude *altitude, size_t at, size_t whole_letters)
{
    if (at < altitude->letters)
        return altitude->text[at];
    return at == whole_letters ? '.' : '0';
}

int altitude_compare(const struct altitude *one, const struct altitude *two)
{
    size_t one_whole = whole(one);
    size_t two_whole = whole(two);
    if (one_whole != two_whole)
        return one_whole > two_whole ? 1 : -1;
    for (size_t i = 0; i < one->letters || i < two->letters; i++) {
        int difference = letter(one, i, one_whole) - letter(two, i, two_whole);
        if (difference != 0)
            return difference;
    }
    return 0;
}
