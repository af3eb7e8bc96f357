/* cells.h - the matrix of violations: which mistake, in which settings, in which place a block may
 * lie, and how often it was made and found. */
#ifndef FUZZ_CELLS_H
#define FUZZ_CELLS_H

#include "fuzz/model.h"

#include <stdbool.h>
#include <stdio.h>

/* A violation of `op` was made; NULL: blocks were left at the end. */
void cells_count(const struct model *model, const struct op *op, const struct expectation *expected,
                 bool is_found);

/* Lines "cell KIND FLAGS PLACE injected detected", those that are not zero. */
void cells_write(FILE *file);

#endif
