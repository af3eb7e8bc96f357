#include "fuzz/campaign/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_MAX = 30 * 24 * 3600 };

unsigned word_seconds(const char *word)
{
    static const struct unit {
        const char *word;
        unsigned seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};
    char *end = NULL;
    if (*word < '0' || *word > '9')
        return 0;
    errno = 0;
    unsigned long number = strtoul(word, &end, 10);
    if (errno != 0 || number > SECONDS_MAX)
        return 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(end, units[i].word) == 0 && number * units[i].seconds <= SECONDS_MAX)
            return (unsigned)number * units[i].seconds;
    return 0;
}

void words_put(char *text, size_t capacity, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    vsnprintf(text, capacity, format, rest);
    va_end(rest);
}
