#include "fuzz/header.h"

#include <stddef.h>

enum { PAGE = 4096, WORD_BYTES = 8, BYTE_BITS = 8 };
/* In the first word: 16 bits of the block in front, 8 of the pool, 8 of its own size, the type. */
enum { PREVIOUS_MASK = 0xffff, STORED_SHIFT = 24, TYPE_SHIFT = 32, BYTE_MASK = 0xff };

/* It may lie poisoned, and be unwritten. */
#if defined(__clang__)
#define READS_ANYTHING __attribute__((no_sanitize("address", "memory"), noinline))
#else
#define READS_ANYTHING __attribute__((no_sanitize("address"), noinline))
#endif

READS_ANYTHING void header_words(const unsigned char *at, uint64_t words[HEADER_WORDS])
{
    const volatile unsigned char *bytes = at;
    for (unsigned i = 0; i < HEADER_WORDS; i++) {
        words[i] = 0;
        for (unsigned j = 0; j < WORD_BYTES; j++)
            words[i] |= (uint64_t)bytes[i * WORD_BYTES + j] << (j * BYTE_BITS);
    }
}

struct header header_of_words(unsigned char *at, const uint64_t words[HEADER_WORDS])
{
    unsigned stored = (unsigned)(words[0] >> STORED_SHIFT) & BYTE_MASK;
    unsigned type = (unsigned)(words[0] >> TYPE_SHIFT) & BYTE_MASK;
    return (struct header){
        .at = at,
        .previous = (unsigned)words[0] & PREVIOUS_MASK,
        .stored = stored,
        .units = stored == 0 ? HEADER_UNITS_PAGE : stored,
        .unit = (unsigned)((uintptr_t)at % PAGE / HEADER_BYTES),
        .is_free = type == 0,
        .is_cached = (type & HEADER_CACHED) != 0,
    };
}

struct header header_read(unsigned char *at)
{
    uint64_t words[HEADER_WORDS];
    header_words(at, words);
    return header_of_words(at, words);
}

uint64_t header_contents(const unsigned char *at)
{
    uint64_t words[HEADER_WORDS];
    header_words(at, words);
    return words[0];
}

unsigned char *header_next(const struct header *header)
{
    bool is_in_page = header->unit + header->units < HEADER_UNITS_PAGE;
    return is_in_page ? header->at + (size_t)header->units * HEADER_BYTES : NULL;
}

unsigned char *header_previous(const struct header *header)
{
    bool is_in_page = header->previous != 0 && header->previous <= header->unit;
    return is_in_page ? header->at - (size_t)header->previous * HEADER_BYTES : NULL;
}
