#include "pool/clock.h"

#include "expool/host.h"
#include "pool/os.h"

#include <stdatomic.h>

static _Atomic uint64_t held_ms; /* 0: the system's */

uint64_t clock_ms(void)
{
    uint64_t held = atomic_load_explicit(&held_ms, memory_order_relaxed);
    return held != 0 ? held : os_clock_ms();
}

void expool_clock_set(uint64_t ms)
{
    atomic_store_explicit(&held_ms, ms, memory_order_relaxed);
}
