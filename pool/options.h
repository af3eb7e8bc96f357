/* options.h - every option is a row of options.def; struct, parser and help are made from it.
 * Order of precedence: expool_options_set, EXPOOL_OPTIONS, expool_default_options, the file that
 * EXPOOL_CONFIG names, default. `expool run` puts its command line behind what EXPOOL_OPTIONS
 * says. */
#ifndef POOL_OPTIONS_H
#define POOL_OPTIONS_H

#include "pool/rules.h"
#include "pool/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Value words, numbered as they stand in options.def. */
enum option_rule { OPTION_RULE_AUTO, OPTION_RULE_OFF, OPTION_RULE_ON };
enum option_verify {
    OPTION_VERIFY_END,
    OPTION_VERIFY_START,
    OPTION_VERIFY_EXACT,
    OPTION_VERIFY_ALTERNATE, /* end or start, by allocation site and seed */
};
enum option_tag_from { OPTION_TAG_FROM_MODULE, OPTION_TAG_FROM_SITE, OPTION_TAG_FROM_THREAD };
enum option_reuse { OPTION_REUSE_PROTECT, OPTION_REUSE_RECYCLE };
enum option_tier { OPTION_TIER_AUTO, OPTION_TIER_UFFD, OPTION_TIER_GUARD, OPTION_TIER_MPROTECT };
enum option_full { OPTION_FULL_STOP, OPTION_FULL_FALLBACK };
enum option_on_bugcheck {
    OPTION_ABORT,
    OPTION_EXIT,
    OPTION_CONTINUE,
    OPTION_PAUSE,
    OPTION_CALLBACK
};
enum option_leaks { OPTION_LEAKS_AT_EXIT, OPTION_LEAKS_OFF, OPTION_LEAKS_LOST };
enum option_unwind { OPTION_UNWIND_AUTO, OPTION_UNWIND_FP, OPTION_UNWIND_DWARF };
enum option_symbolize { OPTION_SYMBOLIZE_AUTO, OPTION_SYMBOLIZE_OFF, OPTION_SYMBOLIZE_LATER };
enum option_color { OPTION_COLOR_AUTO, OPTION_COLOR_ALWAYS, OPTION_COLOR_NEVER };
enum option_backend { OPTION_BACKEND_CLASSIC, OPTION_BACKEND_SEGMENT };
enum option_checker { OPTION_CHECKER_AUTO, OPTION_CHECKER_OFF };
enum option_seal { OPTION_SEAL_OFF, OPTION_SEAL_ON };
enum option_tag_stats { OPTION_TAG_STATS_OFF, OPTION_TAG_STATS_ON };
enum option_limits {
    OPTION_LIMITS_NONE,
    OPTION_LIMITS_WIN10,
    OPTION_LIMITS_WIN8,
    OPTION_LIMITS_WIN7,
    OPTION_LIMITS_XP32,
    OPTION_LIMITS_SEED
};

enum { OPTION_TEXT_BYTES = 256 };

struct options {
#define OPTION_WORDS(key, default_value, words, help)      unsigned key;
#define OPTION_NUMBER(key, default_value, low, high, help) uint64_t key;
#define OPTION_BITS(key, default_value, words, mask, help) uint64_t key;
#define OPTION_TEXT(key, default_value, help)              char key[OPTION_TEXT_BYTES];
#include "pool/options.def"
#undef OPTION_WORDS
#undef OPTION_NUMBER
#undef OPTION_BITS
#undef OPTION_TEXT
};

extern struct options options;

/* Reads program defaults and environment; a bad one ends the program with 125 before main.
 * Idempotent. */
void options_start(void);

/* The rules without those that a single option takes away (irql_checking= and its like), and with
 * those that one adds; none stay none. */
uint64_t options_settle_rules(uint64_t rules);
/* Who can change the back end of pools that have started, while they are empty. */
typedef bool options_backend_change(unsigned backend);
void options_on_backend(options_backend_change *change);
/* Who acts on values that expool_options_set has put in force. */
typedef void options_listener(const struct options *before);
void options_on_change(options_listener *wanted);
/* The options that differ from their defaults, as "key=value:key=value". */
void options_text(struct text *text);

#endif
