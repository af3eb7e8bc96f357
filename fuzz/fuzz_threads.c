/* fuzz_threads.c - one program done by two to four threads at once: caches, shelves, lookaside
 * lists, frees by another thread than the one that allocated. */
#include "fuzz/target.h"

#include "fuzz/threads.h"

/* clang 14's ThreadSanitizer looks at the counters of its own coverage, too. It asks before it is
 * ready to look at anything.
 * NOLINTNEXTLINE: its name */
__attribute__((visibility("default"), no_sanitize("thread"))) const char *
__tsan_default_suppressions(void);

/* NOLINTNEXTLINE */
const char *__tsan_default_suppressions(void)
{
    return "race:__start___sancov_cntrs\n";
}

const char target_name[] = "threads";
const bool target_is_verifying = false;
target_program_run *const target_program = threads_run;
target_bytes_run *const target_bytes = NULL;
