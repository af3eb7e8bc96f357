/* triage_repro.h - a bug's reproducer in C: written, compiled, and run. */
#ifndef FUZZ_REPLAY_TRIAGE_REPRO_H
#define FUZZ_REPLAY_TRIAGE_REPRO_H

#include "fuzz/replay/inputs.h"
#include "fuzz/replay/triage_meta.h"

/* What the reproducer in `folder` does; `meta->without` says why there is none or why it was not
 * run. report.txt gets what it prints, the last operation's bug check as the library reports it. */
enum form_outcome triage_repro(const char *folder, const struct replay_input *input,
                               struct triage_meta *meta);

#endif
