/* fuzz_verifier_seq.c - the same programs under the verifier: every violation is reported exactly,
 * everything else stays silent. */
#include "fuzz/target.h"

const char target_name[] = "verifier_seq";
const bool target_is_verifying = true;
target_program_run *const target_program = run_program;
target_bytes_run *const target_bytes = NULL;
