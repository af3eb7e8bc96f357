/* irql_ladder.h - the last eight raises and lowers of the calling thread, with who asked for them;
 * kept while a hook watches. Each thread has its own. */
#ifndef POOL_IRQL_LADDER_H
#define POOL_IRQL_LADDER_H

#include "pool/text.h"
#include "pool/violation.h"

enum { LADDER_RUNGS = 8, LADDER_SITES = 2 };

struct irql_rung {
    unsigned char from;
    unsigned char to;
    uintptr_t site[LADDER_SITES]; /* return addresses: ours, then its caller's, when ours called */
};

/* `frame` is that of the routine that changes the IRQL. */
void irql_ladder_note(unsigned from, unsigned to, const void *frame);

/* Newest last; how many. */
unsigned irql_ladder_read(struct irql_rung rungs[LADDER_RUNGS]);

/* Adds the ladder to a report on a rule of IRQL, or at a raised one. */
void irql_ladder_tell(struct text *text, const struct violation *violation);
bool irql_ladder_matters(const struct violation *violation);

#endif
