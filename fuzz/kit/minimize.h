/* minimize.h - the shortest input that still finds the same: fewer operations, then plainer
 * arguments. Each try runs in a child; "the same" is the same DEDUP_TOKEN. */
#ifndef FUZZ_KIT_MINIMIZE_H
#define FUZZ_KIT_MINIMIZE_H

#include "fuzz/kit/child.h"

/* False: it finds nothing, or no process was to be had. `tries` takes their number. */
bool kit_minimize(struct kit_input *input, struct kit_outcome *outcome, unsigned *tries);

/* Of an input with which "each fails in turn" finds something: makes that the one that has to fail,
 * or none. False: it finds nothing, or no process was to be had. */
bool kit_name_failure(struct kit_input *input);

#endif
