/* trace.h - what a caller can see of a program's course, addresses apart: of each operation its
 * outcome, and every few operations the statistics. Two back ends must give the same trace. */
#ifndef FUZZ_TRACE_H
#define FUZZ_TRACE_H

#include "fuzz/execute.h"
#include "fuzz/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TRACE_COUNTERS = 3, /* of a tag and class: allocations, frees, bytes */
    TRACE_BASE = (PROGRAM_TAGS + 1) * 2 * TRACE_COUNTERS,
    TRACE_STEPS_MAX = 2 * PROGRAM_OPS_MAX,
};

struct trace_step {
    uint8_t kind;    /* enum op_kind; OP_KIND_COUNT: statistics */
    uint8_t outcome; /* enum outcome */
    uint8_t bugchecks;
    uint8_t bits; /* 1: a block came, 2: contents had changed */
    uint32_t code;
    uint32_t subcode;
    uint32_t detail;     /* hash of the rule's name and the parameters that are no addresses */
    uint64_t statistics; /* hash, since the program began */
    uint64_t handed;     /* of these, allocations and frees of each tag */
};

struct trace {
    uint64_t base[TRACE_BASE]; /* counters when the program began */
    unsigned count;
    bool has_lists; /* which keep blocks, but not under the verifier */
    struct trace_step steps[TRACE_STEPS_MAX];
};

void trace_begin(struct trace *trace);
void trace_op(struct trace *trace, const struct execution *execution, const struct op *op,
              const struct expectation *expected);
void trace_statistics(struct trace *trace);

/* The first step that differs; -1: none. */
int trace_compare(const struct trace *a, const struct trace *b);
/* The same without bytes and charges: the verifier's are others. Without lookaside lists the
 * allocations and frees of each tag count. */
int trace_compare_visible(const struct trace *a, const struct trace *b);
/* One line. */
void trace_print(const struct trace_step *step, char *bytes, size_t capacity);

#endif
