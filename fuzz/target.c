#include "fuzz/target.h"

#include "fuzz/program.h"
#include "fuzz/run.h"

#include <stdio.h>
#include <stdlib.h>

enum { TWICE_EVERY = 4096 };

static __attribute__((noinline)) void not_deterministic(void)
{
    fprintf(stderr, "expool fuzz: the same input took another course the second time\n");
    abort();
}

void target_run(const uint8_t *bytes, size_t length)
{
    static struct program program;
    program_decode(&program, bytes, length);
    uint64_t first = run_program(&program, NULL, NULL);
    if (run_counts.programs % TWICE_EVERY == 1 && run_program(&program, NULL, NULL) != first)
        not_deterministic();
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    run_start(target_is_verifying);
    if (atexit(run_write_counts) != 0)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    target_run(bytes, length);
    return 0;
}
