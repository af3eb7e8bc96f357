/* oracle_fault.h - a seeded fault as its patch describes it.
 *   # name: split_forgets    # tier: A    # target: pool_seq    # what: ...
 *   +++ b/pool/page.c */
#ifndef FUZZ_ORACLE_FAULT_H
#define FUZZ_ORACLE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum { ORACLE_FAULTS_MAX = 256 };

struct oracle_fault {
    char name[64];
    char target[32];
    char file[64];
    char what[256];
    char tier; /* 'A' up to 4 related operations, 'B' up to 10, 'C' more */
};

struct oracle_faults {
    unsigned count;
    struct oracle_fault fault[ORACLE_FAULTS_MAX];
};

/* All of the folder, by tier and name. What is wrong with a patch goes to stderr, and the answer is
 * false. */
bool oracle_faults_read(struct oracle_faults *faults, const char *folder);

/* Leaves those of the tiers ("AB"; "": all) and with the name ("": all); how many. */
unsigned oracle_faults_choose(struct oracle_faults *faults, const char *tiers, const char *name);

/* The name least unlike `name`. */
const char *oracle_faults_nearest(const struct oracle_faults *faults, const char *name);

#endif
