/* mix.h - numbers spread as if by chance; the same ones from the same seed. */
#ifndef POOL_MIX_H
#define POOL_MIX_H

#include "pool/sanitizer.h"

#include <stdint.h>

/* Odd, 2^64 over the golden ratio: its multiples spread neighbours over the high bits. */
#define MIX_FACTOR UINT64_C(0x9e3779b97f4a7c15)

/* splitmix64: every bit of the answer depends on every bit of the value. */
WRAPS_ROUND static inline uint64_t mix(uint64_t value)
{
    value += MIX_FACTOR;
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

#endif
