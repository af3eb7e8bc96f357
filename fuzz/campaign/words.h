/* words.h - words people type and read. */
#ifndef FUZZ_CAMPAIGN_WORDS_H
#define FUZZ_CAMPAIGN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* "90", "90s", "15m", "2h" as seconds; 0 when it is none of these, or nothing. */
unsigned word_seconds(const char *word);

/* As snprintf has it: what is too long is cut, which for a path shows when it is opened. */
__attribute__((format(printf, 3, 4))) void words_put(char *text, size_t capacity,
                                                     const char *format, ...);

#endif
