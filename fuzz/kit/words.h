/* words.h - the words of an input's header, in the order of their numbers. */
#ifndef FUZZ_KIT_WORDS_H
#define FUZZ_KIT_WORDS_H

static const char *const kit_verify_words[] = {"end", "start", "exact"};
static const char *const kit_rules_words[] = {"standard", "memory", "plain"};
static const char *const kit_fail_words[] = {"each", "none"};

#endif
