#include "pool/glob.h"

#include <string.h>

bool glob_fits(const char *pattern, const char *word)
{
    return glob_fits_letters(pattern, strlen(pattern), word, strlen(word));
}

/* A star first stands for nothing; at a letter that does not fit, the last one takes one more. */
bool glob_fits_letters(const char *pattern, size_t pattern_length, const char *word, size_t length)
{
    const char *end = pattern + pattern_length;
    const char *word_end = word + length;
    const char *star = NULL;
    const char *mark = word;
    while (word < word_end)
        if (pattern < end && *pattern == '*') {
            star = pattern++;
            mark = word;
        } else if (pattern < end && (*pattern == '?' || *pattern == *word)) {
            pattern++;
            word++;
        } else if (star != NULL) {
            pattern = star + 1;
            word = ++mark;
        } else {
            return false;
        }
    while (pattern < end && *pattern == '*')
        pattern++;
    return pattern == end;
}
