/* count.h - the counters that nobody keeps up to date, because they would cost every allocation
 * something: blocks and bytes by pool. They are worked out when they are asked for; their peaks are
 * the highest that was seen so far. */
#ifndef VERIFIER_COUNT_H
#define VERIFIER_COUNT_H

/* Looks at every live block and writes what it finds into the counters. Not from a signal
 * handler. */
void count_refresh(void);

#endif
