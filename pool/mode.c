#include "pool/mode.h"

uint16_t pool_mode = MODE_NOT_STARTED;

struct quick_range quick_range;

/* Whoever stores last has read the mode after its store. */
static void follow_mode(void)
{
    uint16_t seen;
    do {
        seen = __atomic_load_n(&pool_mode, __ATOMIC_SEQ_CST);
        __atomic_store_n(&quick_range.units_every_day, seen == 0 ? quick_range.units : 0,
                         __ATOMIC_SEQ_CST);
    } while (__atomic_load_n(&pool_mode, __ATOMIC_SEQ_CST) != seen);
}

void mode_set(uint16_t bits, bool on)
{
    if (on)
        __atomic_or_fetch(&pool_mode, bits, __ATOMIC_SEQ_CST);
    else
        __atomic_and_fetch(&pool_mode, (uint16_t)~bits, __ATOMIC_SEQ_CST);
    follow_mode();
}
