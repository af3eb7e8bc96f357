/* paging.h - memory pressure: the option memory_pressure=N pages out one page at random with every
 * N-th allocation or free of paged pool by a thread. */
#ifndef POOL_PAGING_H
#define POOL_PAGING_H

#include "pool/kind.h"
#include "pool/options.h"

/* With no lock held. */
void paging_tick(void);

/* The calling thread draws from the start again. */
void paging_restart(void);

static inline void paging_press(enum pool_kind kind)
{
    if (__builtin_expect(options.memory_pressure != 0, 0) && pool_is_paged(kind))
        paging_tick();
}

#endif
