/* run_scope.h - which processes make a run one that checked something. What runs tests is not what
 * is tested: under ctest, meson, make, ninja, prove or `sh -c` neither these count nor the shells
 * and compilers between. */
#ifndef TOOLS_RUN_SCOPE_H
#define TOOLS_RUN_SCOPE_H

#include "tools/run_file.h"

struct run_scope {
    const char *expected; /* --expect: "test_*,demo": only programs so named count; NULL: all */
    bool is_runner;       /* the program that is run is one of the above */
};

struct run_scope run_scope_of(const char *expected, char *const *argv);

/* Sums the processes of the file up. */
void run_scope_sum(const struct run_scope *scope, const struct run_file *file, struct run_sum *sum);

#endif
