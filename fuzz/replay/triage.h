/* triage.h - one folder for each bug that artefacts show:
 *   FOLDER/NAME-HASH/  input.bin original.bin program.txt repro.c report.txt log.txt meta.json
 * NAME is the key in short, HASH the key's. Each form is run in a process of its own, and meta.json
 * says which of them fail as the artefact does. */
#ifndef FUZZ_REPLAY_TRIAGE_H
#define FUZZ_REPLAY_TRIAGE_H

#include "fuzz/replay/inputs.h"

struct triage {
    const char *into;    /* the folder of all */
    const char *log;     /* the engine's, copied; NULL: none */
    const char *also;    /* another program to try when this one shows nothing; NULL: none */
    const char *history; /* of the inputs before, when this one shows nothing; NULL: none */
    const char **notes;  /* "name=value", for meta.json */
    unsigned note_count;
};

enum triage_outcome {
    TRIAGE_MADE,
    TRIAGE_SILENT,  /* nothing failed: said on stderr */
    TRIAGE_TROUBLE, /* something could not be written or run: said on stderr */
};

/* The last input of the history that `triage` names, for who has no file of it. False, and one line
 * on stderr: there is none. */
bool triage_last(const struct triage *triage, struct replay_input *input);

/* Prints the folder's path on standard output. A bug whose folder is there keeps it. */
enum triage_outcome triage_input(const struct triage *triage, struct replay_input *input);

#endif
