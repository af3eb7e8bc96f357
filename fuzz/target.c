#include "fuzz/target.h"

#include "fuzz/failure.h"
#include "fuzz/history.h"
#include "fuzz/program.h"
#include "fuzz/run.h"

#include <stdlib.h>

/* AFL++ runs a new input several times and takes edges that vary for chance: a second run in one of
 * them is no help there. */
#ifdef __AFL_COMPILER
enum { RUNS_TWICE = 0 };
#else
enum { RUNS_TWICE = 1 };
#endif
enum { TWICE_EVERY = 4096 };

static struct program program;

static uint64_t run_once(const uint8_t *bytes, size_t length)
{
    if (target_program == NULL)
        return target_bytes(bytes, length);
    program_decode(&program, bytes, length);
    return target_program(&program, NULL, NULL);
}

uint64_t target_run(const uint8_t *bytes, size_t length)
{
    static unsigned turn;
    history_add(bytes, length);
    uint64_t first = run_once(bytes, length);
    if (RUNS_TWICE != 0 && turn++ % TWICE_EVERY == 0 && run_once(bytes, length) != first)
        failure_nondeterministic(target_program != NULL ? &program : NULL, program.count,
                                 "the second run took another course");
    return first;
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
    run_write_counts_now_and_then();
    return 0;
}
