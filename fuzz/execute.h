/* execute.h - one operation, done to the real pool through its public routines only. */
#ifndef FUZZ_EXECUTE_H
#define FUZZ_EXECUTE_H

#include "expool/host.h"
#include "fuzz/model.h"

#include <wdm.h>

struct execution {
    unsigned bugchecks; /* since the operation began */
    struct expool_bugcheck bugcheck;
    void *result;     /* of an allocation */
    bool is_zeroed;   /* the allocation promised zeroes */
    bool was_changed; /* a block about to be freed did not hold what it should */
    size_t swept;
    KSPIN_LOCK locks[PROGRAM_LOCKS];
    KIRQL old_irqls[PROGRAM_LOCKS];
    LOOKASIDE_LIST_EX lists[PROGRAM_LISTS];
};

void execution_start(struct execution *execution);
void execution_end(struct execution *execution);

void execute(struct execution *execution, const struct model *model, const struct op *op,
             const struct expectation *expected);

/* What an operation promises beyond silence: results, alignment, zeroes, contents. NULL: kept. */
const char *execution_check(const struct execution *execution, const struct model *model,
                            const struct op *op, const struct expectation *expected);

/* Puts the model's contents into a block that is new or was checked. */
void execution_fill(const struct model *model, const struct op *op,
                    const struct expectation *expected);

#endif
