/* annotate.h - a failing program as text: each operation with what the model expects, and what came
 * where that was not it. A child runs it: the process may die of it. */
#ifndef FUZZ_REPLAY_ANNOTATE_H
#define FUZZ_REPLAY_ANNOTATE_H

#include "fuzz/replay/inputs.h"

#include <stdio.h>

/* False: no child, or no file between it and us. What the input expected itself is left out. */
bool annotate(struct replay_input *input, FILE *to);

#endif
