/* settings.h - what `verifier` keeps for the next run, in the file of EXPOOL_CONFIG: one option a
 * line, and two lines of our own that the library takes for comments. What else stands there is
 * left as it is.
 *   verifier=0x209bb
 *   drivers='drva.so drvb.so'
 *   low_resources='rate=600;tags=Ab*'
 *   # bootmode persistent
 *   # boots 3 */
#ifndef TOOLS_SETTINGS_H
#define TOOLS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum boot_mode {
    BOOT_PERSISTENT,
    BOOT_RESET_ON_FAILURE, /* forgotten when the next program does not start */
    BOOT_ONE,              /* for the next run only */
    BOOT_RESET_ON_UNUSUAL, /* forgotten when a run ends by a signal; or after `boots` runs */
};

enum { SETTINGS_TEXT_BYTES = 256 };

struct settings {
    uint32_t flags; /* 0: none */
    char drivers[SETTINGS_TEXT_BYTES];
    char low_resources[SETTINGS_TEXT_BYTES]; /* as the option's words; "" off */
    enum boot_mode boot_mode;
    unsigned boots; /* left; 0: no end */
};

/* Reads the file; one that is not there has no settings. False after one line. */
bool settings_read(struct settings *settings);

/* Writes them, with a new file in the place of the old. False after one line. */
bool settings_write(const struct settings *settings);

/* What `expool run` does afterwards: forgets them when the boot mode says so. `is_started`: the
 * program ran; `is_unusual`: it ended by a signal. */
void settings_after_run(bool is_started, bool is_unusual);

#endif
