/* verifier_line.h - verifier.exe's command line, read. "/x" and "-x" are the same, and so are upper
 * and lower case. */
#ifndef TOOLS_VERIFIER_LINE_H
#define TOOLS_VERIFIER_LINE_H

#include "tools/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum verifier_action {
    ACTION_NONE,
    ACTION_SET, /* change what is stored, or what is in force */
    ACTION_QUERY,
    ACTION_QUERY_SETTINGS,
    ACTION_RESET,
    ACTION_LOG,
    ACTION_RULES_QUERY,
    ACTION_RULES_RESET,
    ACTION_STOP,
    ACTION_SWEEP, /* ours: look at every live block now */
    ACTION_SYSTEMATIC,
    ACTION_HELP,
    ACTION_VERSION,
};

struct verifier_line {
    enum verifier_action action;
    bool has_flags;
    uint32_t flags;
    bool is_all;
    bool has_drivers;
    char drivers[SETTINGS_TEXT_BYTES]; /* blanks between */
    bool is_volatile;
    bool is_now;                       /* /dif ... /now */
    char added[SETTINGS_TEXT_BYTES];   /* /adddriver */
    char removed[SETTINGS_TEXT_BYTES]; /* /removedriver */
    bool has_faults;
    char faults[SETTINGS_TEXT_BYTES]; /* as the words of low_resources */
    const char *systematic;           /* what follows /faultssystematic */
    const char *systematic_argument;
    bool has_boot_mode;
    enum boot_mode boot_mode;
    unsigned boots;
    const char *log;
    unsigned interval_s;
    pid_t pid; /* 0: not named */
};

/* Dies with 1 and one line when there is something wrong, or something that has no counterpart
 * here. */
void verifier_line_read(int argc, char **argv, struct verifier_line *line);

#endif
