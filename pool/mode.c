#include "pool/mode.h"

uint16_t pool_mode = MODE_NOT_STARTED;

void mode_set(uint16_t bits, bool on)
{
    if (on)
        __atomic_or_fetch(&pool_mode, bits, __ATOMIC_SEQ_CST);
    else
        __atomic_and_fetch(&pool_mode, (uint16_t)~bits, __ATOMIC_SEQ_CST);
}
