/* bugs.h - the unique bugs of a campaign: each has a key, an input that shows it, and a log. What
 * is known is passed to the targets, so that they go on to other bugs. */
#ifndef FUZZ_CAMPAIGN_BUGS_H
#define FUZZ_CAMPAIGN_BUGS_H

#include "fuzz/campaign/said.h"
#include "fuzz/campaign/settings.h"

enum { BUGS_MAX = 256 };

struct bug {
    char key[SAID_BYTES];
    char what[SAID_BYTES];    /* one line */
    char input[PATH_BYTES];   /* "" when nothing was saved */
    char log[PATH_BYTES];     /* everything that process said */
    char history[PATH_BYTES]; /* the inputs before it */
    char folder[PATH_BYTES];  /* what was made of it; "" */
    char note[SAID_BYTES];
    const char *target;
    const char *build;
    double seconds; /* into the campaign, when it was seen first */
    unsigned times;
};

struct bugs {
    struct bug at[BUGS_MAX];
    unsigned count;
    unsigned lost; /* more than there is room for */
};

/* One was seen: a new one (true), or one more time. `bug->times` counts. */
bool bugs_add(struct bugs *bugs, const struct bug *bug);

/* Has the replay program of each bug's target make a folder of its input, log and program, in
 * FOLDER/fuzz-crashes, for two minutes in all. A bug for which it cannot keeps `folder` empty, and
 * `note` says why. */
void bugs_triage(struct bugs *bugs, const struct settings *settings);

/* Writes the keys, one a line, for EXPOOL_FUZZ_KNOWN. False, with errno. */
bool bugs_write_known(const struct bugs *bugs, const char *path);

#endif
