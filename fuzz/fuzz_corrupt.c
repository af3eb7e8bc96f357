/* fuzz_corrupt.c - bytes change that nobody should write: headers, freed blocks, what lies around.
 * Each program runs in a child, in the plain pool and under the verifier, since a damaged pool is
 * not to be mended. Slow: hundreds of programs a second. */
#include "fuzz/target.h"

#include "fuzz/corrupt.h"
#include "fuzz/failure.h"
#include "fuzz/isolation.h"
#include "fuzz/settings.h"

#include <stdio.h>
#include <string.h>

const char target_name[] = "corrupt";
const bool target_is_verifying = false;
target_bytes_run *const target_bytes = NULL;

static struct {
    const struct program *program;
    struct corrupt_result *result;
} job;

static void work(void *context)
{
    (void)context;
    settings_prefer_tier("mprotect");
    corrupt_run(job.program, job.result);
}

static void run_in_child(const struct program *program, bool verifying)
{
    if (job.result == NULL)
        job.result = isolation_memory(sizeof *job.result);
    memset(job.result, 0, sizeof *job.result);
    job.program = program;
    run_verify(verifying);
    enum isolation_end end = isolation_run(work, NULL);
    if (isolation_watched != NULL && (end != ISOLATION_DONE || job.result->failure != NULL)) {
        memset(job.result, 0, sizeof *job.result);
        work(NULL);
        return;
    }
    if (end == ISOLATION_DONE)
        return;
    job.result->failure = failure_unsound;
    job.result->index = program->count;
    snprintf(job.result->text, sizeof job.result->text, "%s",
             end == ISOLATION_HANGS ? "a check does not come back"
                                    : "the pool crashes on damaged memory");
}

static void tell(const struct program *program, run_observer *observer, void *context)
{
    const struct corrupt_result *result = job.result;
    if (observer == NULL) {
        if (result->failure != NULL)
            result->failure(program, result->index, result->text);
        return;
    }
    for (unsigned i = 0; i <= program->count; i++)
        observer(i, &result->outcomes[i],
                 result->failure != NULL && i == result->index ? result->text : NULL, context);
}

static uint64_t run_corrupt(const struct program *program, run_observer *observer, void *context)
{
    run_in_child(program, true);
    uint64_t hash = job.result->hash;
    if (job.result->failure != NULL) {
        tell(program, observer, context);
        return hash;
    }
    run_in_child(program, false);
    tell(program, observer, context);
    run_verify(false);
    return hash * 3 ^ job.result->hash;
}

target_program_run *const target_program = run_corrupt;
