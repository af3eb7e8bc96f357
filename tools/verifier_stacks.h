/* verifier_stacks.h - what /faultssystematic may be told, over the file of stacks
 * (faults_state.h). */
#ifndef TOOLS_VERIFIER_STACKS_H
#define TOOLS_VERIFIER_STACKS_H

#include <stdbool.h>

struct stacks_order {
    const char *running; /* words of low_resources for a running process; NULL: none */
    const char *stored;  /* words to be stored, "" none; NULL: nothing is stored */
    unsigned forgotten;  /* bits of states whose stacks are left out of the file */
    const char *what;    /* the word itself */
    const char *argument;
};

/* Dies with 1 when the word, or what it needs, is none. */
void stacks_read(const char *what, const char *argument, struct stacks_order *order);

/* Leaves out what is to be forgotten. False after one line. */
bool stacks_forget(const struct stacks_order *order);

/* querystatistics, incrementcounter, getstackid, excludestack. False after one line. */
bool stacks_do(const struct stacks_order *order);

#endif
