/* misfit.h - in what a bug check that came is not the one that had to come. */
#ifndef FUZZ_MISFIT_H
#define FUZZ_MISFIT_H

#include "expool/host.h"
#include "fuzz/model.h"

#include <stdbool.h>

/* The first thing `seen`, the last of `came` bug checks, has wrong: words that are the same for the
 * same mistake, valid until the next call. NULL: it is as expected. */
const char *misfit_find(const struct expectation *expected, const struct expool_bugcheck *seen,
                        unsigned came, bool is_verifying);

/* The segment back end has another word for a second free; the model knows the classic one. */
void misfit_translate(struct expool_bugcheck *seen);

#endif
