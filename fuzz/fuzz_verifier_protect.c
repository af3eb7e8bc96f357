/* fuzz_verifier_protect.c - programs under the verifier with reuse=protect, whatever their header
 * says: freed memory is out of reach at once, and an address rests before it comes round. Slow. */
#include "fuzz/target.h"

#include "expool/host.h"

#include <stdlib.h>

const char target_name[] = "verifier_protect";
const bool target_is_verifying = true;
target_bytes_run *const target_bytes = NULL;

static uint64_t run_protected(const struct program *program, run_observer *observer, void *context)
{
    static struct program copy;
    static bool is_set;
    /* Far more blocks than a program frees, few enough that addresses come round. */
    if (!is_set && expool_options_set("quarantine_blocks=4096:quarantine_mb=64") != 0)
        abort();
    is_set = true;
    copy = *program;
    copy.reuse = PROGRAM_REUSE_PROTECT;
    return run_program(&copy, observer, context);
}

target_program_run *const target_program = run_protected;
