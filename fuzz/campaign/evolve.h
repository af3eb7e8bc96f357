/* evolve.h - corpus/evolved/TARGET.zip: the fewest grown inputs that show all that the grown corpus
 * shows, committed, so that everybody begins there. */
#ifndef FUZZ_CAMPAIGN_EVOLVE_H
#define FUZZ_CAMPAIGN_EVOLVE_H

#include "fuzz/campaign/settings.h"

enum { EVOLVED_FILES_MAX = 500, EVOLVED_BYTES_MAX = 256 << 10 };

/* Makes the archives of the chosen targets, the same bytes for the same inputs. Too many or too
 * large: the largest go, and how many is said. False after a line that says what failed. */
bool evolve(const struct settings *settings);

#endif
