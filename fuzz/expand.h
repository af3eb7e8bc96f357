/* expand.h - operations that stand for many small ones, each of which the model judges. */
#ifndef FUZZ_EXPAND_H
#define FUZZ_EXPAND_H

#include "fuzz/model.h"

enum { EXPAND_ENTRIES_MAX = 32, EXPAND_MAX = 2 * EXPAND_ENTRIES_MAX };

/* Writes them to `parts`, which has room for EXPAND_MAX. Returns how many; 0: it is none of those,
 * or makes no sense now. */
unsigned expand(const struct model *model, const struct op *op, struct op *parts);

#endif
