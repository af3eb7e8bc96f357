/* corpus.h - the inputs a target begins with: FOLDER/fuzz-corpus/TARGET is kept from run to run;
 * what is committed (corpus/evolved/TARGET.zip, seeds, regressions) goes in first. */
#ifndef FUZZ_CAMPAIGN_CORPUS_H
#define FUZZ_CAMPAIGN_CORPUS_H

#include "fuzz/campaign/settings.h"

#include <stddef.h>

/* Makes the folders; with --fresh the corpora of earlier runs are put aside, beside them. False
 * after one line that says what cannot be written. */
bool corpus_prepare(const struct settings *settings);

/* Puts the committed inputs of a target into a folder, each once. False after a line that says
 * why. */
bool corpus_fill(const struct settings *settings, const char *target, const char *corpus);

/* Takes over what the other targets' corpora have and this one's lacks, if it shows something new
 * there. At most `seconds`; false: they were not enough for all. */
bool corpus_import(const struct settings *settings, const char *target, unsigned seconds);

/* How many inputs there are. */
unsigned corpus_count(const struct settings *settings, const char *target);

void corpus_path(const struct settings *settings, const char *target, char *path);

/* An input that a process died of is not offered again: it leaves the corpus if it is there. */
void corpus_remove(const char *corpus, const char *input);

#endif
