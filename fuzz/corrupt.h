/* corrupt.h - a legal program, and between its operations bytes change that nobody should write.
 * What a check must see it has to report; what it cannot see does no harm: no crash, no endless
 * walk, no block handed out twice, no byte of another block changed. */
#ifndef FUZZ_CORRUPT_H
#define FUZZ_CORRUPT_H

#include "fuzz/failure.h"
#include "fuzz/model.h"
#include "fuzz/program.h"

#include <stdint.h>

enum { CORRUPT_TEXT_MAX = 256 };

struct corrupt_result {
    uint64_t hash;             /* of all outcomes */
    failure_reporter *failure; /* NULL: all is well */
    unsigned index;            /* of the operation */
    char text[CORRUPT_TEXT_MAX];
    struct expectation outcomes[PROGRAM_OPS_MAX + 1];
};

/* Runs it, under the verifier or not. The process is not fit for another afterwards. */
void corrupt_run(const struct program *program, struct corrupt_result *result);

#endif
