/* seeded.h - what a seeded fault tells of itself: a patch of fuzz/seeded/ calls these two, and only
 * the programs of cmake/oracle.cmake link them. Reached: the faulty code ran. Triggered: it did
 * something wrong, so that from here on the state is polluted; later counts say nothing and are not
 * taken. Neither feeds the fuzzer's coverage.
 *
 *   file named by EXPOOL_SEEDED:  | executions | reached | triggered | reached_at | triggered_at |
 *
 * The file outlives the program however it ends. Any thread may call; no lock. */
#ifndef FUZZ_SEEDED_H
#define FUZZ_SEEDED_H

#include <stdbool.h>
#include <stdint.h>

struct seeded_counts {
    uint64_t executions; /* inputs run so far, the current one included */
    uint64_t reached;
    uint64_t triggered;
    uint64_t reached_at; /* the number of the input that did it first; 0: none, or before inputs */
    uint64_t triggered_at;
};

void seeded_reached(void);

/* `is_wrong`: the faulty result differs from the right one. Passed as a value, so that the patch
 * adds no branch that a fuzzer could see. */
void seeded_triggered(bool is_wrong);

#endif
