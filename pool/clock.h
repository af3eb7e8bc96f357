/* clock.h - what time it is for whatever the pool does by the clock: the system's time, or the one
 * that the host says. */
#ifndef POOL_CLOCK_H
#define POOL_CLOCK_H

#include <stdint.h>

/* Milliseconds since some start. */
uint64_t clock_ms(void);

#endif
