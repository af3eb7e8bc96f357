/* legal.h - the part of a program that breaks no rule, neither in the plain pool nor under the
 * verifier: what a correct driver would have done. */
#ifndef FUZZ_LEGAL_H
#define FUZZ_LEGAL_H

#include "fuzz/model.h"
#include "fuzz/program.h"

/* Goes along with a program; knows what is live, held and raised, but no address. */
struct legal_walk {
    struct model plain;
    struct model verified;
};

/* Done by a driver: no rule is broken on purpose, and nothing looked at that only a verifier sees.
 * At a wrong moment it is not legal nevertheless. */
bool legal_kind(enum op_kind kind);

void legal_start(struct legal_walk *walk, const struct program *program);

/* The operation is silent now in both modes, and done: the walk goes on from there. False: it is
 * left out, and nothing changes. */
bool legal_step(struct legal_walk *walk, const struct op *op);

/* `program` without the operations that are not. */
void legal_part(const struct program *program, struct program *legal);

#endif
