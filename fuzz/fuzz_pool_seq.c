/* fuzz_pool_seq.c - programs against the plain pool: legal ones stay silent, wrong arguments end in
 * the stops of normal pool. */
#include "fuzz/target.h"

const char target_name[] = "pool_seq";
const bool target_is_verifying = false;
target_program_run *const target_program = run_program;
target_bytes_run *const target_bytes = NULL;
