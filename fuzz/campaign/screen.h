/* screen.h - what somebody sees while it runs: on a terminal a table that is drawn in place, else a
 * few lines every half minute. */
#ifndef FUZZ_CAMPAIGN_SCREEN_H
#define FUZZ_CAMPAIGN_SCREEN_H

#include "fuzz/campaign/campaign.h"

/* Draws when it is time to. */
void screen_update(const struct campaign *campaign);

/* A line that stays. */
__attribute__((format(printf, 2, 3))) void screen_say(const struct campaign *campaign,
                                                      const char *what, ...);

/* Takes the table away. */
void screen_end(const struct campaign *campaign);

#endif
