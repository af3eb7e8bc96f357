/* bits.h - tables of a bit a thing: where the next one set is, a word at a time. */
#ifndef POOL_BITS_H
#define POOL_BITS_H

#include <stddef.h>
#include <stdint.h>

enum { BITS_A_WORD = 64 };

static inline uint64_t bits_of(size_t at)
{
    return UINT64_C(1) << at % BITS_A_WORD;
}

/* The first bit set from `at` on below `end`; `end`: none. Others may set and clear meanwhile. */
static inline unsigned bits_next(const uint64_t *words, unsigned at, unsigned end)
{
    for (; at < end; at += BITS_A_WORD - at % BITS_A_WORD) {
        uint64_t bits =
            __atomic_load_n(&words[at / BITS_A_WORD], __ATOMIC_RELAXED) >> at % BITS_A_WORD;
        if (bits == 0)
            continue;
        at += (unsigned)__builtin_ctzll(bits);
        return at < end ? at : end;
    }
    return end;
}

#endif
