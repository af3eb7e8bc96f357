/* audit.h - every number that anybody can read, against the model: tags, classes, the census,
 * processes, limits, the verifier's counters. Counters grow from program to program; the audit
 * knows what all programs so far have done.
 *   audit.c           tags, classes, processes, paging
 *   audit_budget.c    limits, how little is left, and the events that say so
 *   audit_census.c    what lies in the pages of a class
 *   audit_verifier.c  the verifier's counters */
#ifndef FUZZ_AUDIT_H
#define FUZZ_AUDIT_H

#include "expool/statistics.h"
#include "fuzz/execute.h"
#include "fuzz/model.h"

/* What is counted from here on is the programs' doing. */
void audit_begin(void);
/* The program is over, and everything was as the model says. */
void audit_end(const struct model *model);

/* What is wrong; NULL: nothing. The first is asked after every operation, the second after every
 * program, the third is dear. */
const char *audit_processes(const struct execution *execution, const struct model *model);
const char *audit_tags(const struct model *model);
const char *audit_all(const struct execution *execution, const struct model *model);
/* The levels of a class follow what is in use, and an event comes once an episode; asked after
 * every operation, and remembers what it saw. */
void audit_levels_begin(void);
const char *audit_levels(struct model *model, const struct op *op,
                         const struct expectation *expected);
void audit_levels_end(void);

/* Its parts. `seen` is what the class says of itself. */
const char *audit_census(const struct model *model, unsigned class,
                         const struct expool_class_statistics *seen);
const char *audit_budget(const struct model *model, unsigned class, uint64_t pages);
void audit_verifier_begin(void);
void audit_verifier_end(const struct model *model);
const char *audit_verifier(const struct model *model);

/* Nothing is left of the program. */
const char *audit_empty(const struct model *model, bool is_thorough);

#endif
