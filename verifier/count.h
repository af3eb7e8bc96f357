/* count.h - the counters that are worked out when they are asked for: what others know already. */
#ifndef VERIFIER_COUNT_H
#define VERIFIER_COUNT_H

/* Writes them beside the others, for who reads the counters from outside. */
void count_refresh(void);

#endif
