/* glob.h - patterns over names and tags: '*' stands for any letters, '?' for one. */
#ifndef POOL_GLOB_H
#define POOL_GLOB_H

#include <stdbool.h>
#include <stddef.h>

bool glob_fits(const char *pattern, const char *word);

/* The same over letters that no 0 ends. */
bool glob_fits_letters(const char *pattern, size_t pattern_length, const char *word, size_t length);

#endif
