/* words.h - words people type, and the nearest there is. */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Index of `word` in `words`; -1 when it is not there. */
int word_find(const char *word, const char *const *words, size_t count);

/* The one of `words` (at least one) with the smallest edit distance to `word`. */
const char *word_nearest(const char *word, const char *const *words, size_t count);

/* A whole number low .. high, nothing behind it; false leaves *value alone. */
bool word_number(const char *word, long low, long high, long *value);

#endif
