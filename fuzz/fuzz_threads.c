/* fuzz_threads.c - one program done by two to four threads at once: caches, shelves, lookaside
 * lists, frees by another thread than the one that allocated. */
#include "fuzz/target.h"

#include "fuzz/threads.h"

const char target_name[] = "threads";
const bool target_is_verifying = false;
target_program_run *const target_program = threads_run;
target_bytes_run *const target_bytes = NULL;
