/* verifier_suite.h - `bench verifier`: special pool in its tiers, beside other guard allocators and
 * checkers, and beside the bare system calls. */
#ifndef BENCH_VERIFIER_SUITE_H
#define BENCH_VERIFIER_SUITE_H

#include "bench/suite.h"

enum verifier_workload {
#define GUARDED(word, function, unit, live, help) ID_##function,
#include "bench/verifier.def"
#undef GUARDED
    VERIFIER_WORKLOADS
};

enum verifier_subject {
    VERIFIER_EXPOOL,
    VERIFIER_RUN,
    VERIFIER_GUARD,
    VERIFIER_MPROTECT,
    VERIFIER_NORMAL,
    VERIFIER_KERNEL_LIMIT,
    VERIFIER_MPROTECT_PAIR,
    VERIFIER_GLIBC,
    VERIFIER_FENCE,
    VERIFIER_GWP_ASAN,
    VERIFIER_EFENCE,
    VERIFIER_DUMA,
    VERIFIER_VALGRIND,
    VERIFIER_ASAN,
    VERIFIER_SUBJECTS
};

extern const struct suite suite_verifier;

unsigned verifier_judge(const struct figures *figures, struct verdict *verdicts);
void verifier_show_markdown(const struct figures *figures);

#endif
