/* reach.h - G5, G6, G7 and G10: what the corpus covers, what a run from nothing finds, what the
 * last campaign injected, and whether the same input takes the same course. */
#ifndef FUZZ_BENCH_REACH_H
#define FUZZ_BENCH_REACH_H

#include "fuzz/bench/goal.h"

/* G5: runs fuzz/coverage.sh on build/coverage. */
void reach_coverage(struct goals *goals);

/* G6: `trials` runs of pool_seq and verifier_seq from an empty corpus, `minutes` each; 0: not
 * measured. `inputs` has the committed inputs of each. */
void reach_discovery(struct goals *goals, const char *inputs, unsigned minutes, unsigned trials);

/* G7: of the last campaign's build/fuzz/fuzz.json. */
void reach_violations(struct goals *goals);

/* G10: every target's inputs forward, backward, shuffled and twice; quickly: their last figure. */
void reach_determinism(struct goals *goals, bool is_quick);

#endif
