/* triage_meta.h - meta.json of a bug's folder. */
#ifndef FUZZ_REPLAY_TRIAGE_META_H
#define FUZZ_REPLAY_TRIAGE_META_H

#include "fuzz/failure.h"
#include "fuzz/replay/triage.h"

#include <stdbool.h>
#include <stdio.h>

enum form_outcome {
    FORM_NONE, /* this target has it not, and why is said beside it */
    FORM_SILENT,
    FORM_OTHER, /* it fails, but not so */
    FORM_REPRODUCES,
};

struct triage_meta {
    char key[FAILURE_KEY_MAX];
    const char *source; /* the artefact */
    unsigned turns;     /* how often it runs in one process to fail */
    unsigned ago;       /* so many inputs before the one that was given; 0: it is that one */
    unsigned operations;
    unsigned operations_before;
    size_t bytes;
    size_t bytes_before;
    enum form_outcome input;
    enum form_outcome program;
    enum form_outcome repro;
    const char *without; /* why there is no repro.c; NULL: there is */
};

/* False: it could not be written. */
bool triage_meta_write(const struct triage_meta *meta, const struct triage *triage, FILE *file);

#endif
