#include "fuzz/kit/globals.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Of first.c and last.c. */
extern char kit_data_first[] __attribute__((weak));
extern char kit_data_last[] __attribute__((weak));
extern char kit_bss_first[] __attribute__((weak));
extern char kit_bss_last[] __attribute__((weak));

struct range {
    uint64_t *start;
    size_t words;
    uint64_t *copy;
};

static struct range ranges[2];

/* Redzones between variables are AddressSanitizer's, and stay as they are. */
#define UNCHECKED __attribute__((no_sanitize("address"), noinline))

UNCHECKED static void copy_words(uint64_t *to, const uint64_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++)
        if (*(volatile uint64_t *)&to[i] != from[i])
            *(volatile uint64_t *)&to[i] = from[i];
}

static size_t remember(struct range *range, char *first, char *last)
{
    *range = (struct range){0};
    uintptr_t start = (uintptr_t)first;
    uintptr_t end = (uintptr_t)last;
    if (start == 0 || end == 0 || end <= start)
        return 0;
    size_t words = (end - start) / sizeof(uint64_t);
    uint64_t *copy = malloc(words * sizeof(uint64_t));
    if (copy == NULL)
        return 0;
    *range = (struct range){(uint64_t *)(void *)first, words, copy};
    copy_words(copy, range->start, words);
    return words * sizeof(uint64_t);
}

size_t kit_globals_start(void)
{
    size_t data = remember(&ranges[0], kit_data_first, kit_data_last);
    return data + remember(&ranges[1], kit_bss_first, kit_bss_last);
}

void kit_globals_restore(void)
{
    for (unsigned i = 0; i < 2; i++)
        copy_words(ranges[i].start, ranges[i].copy, ranges[i].words);
}
