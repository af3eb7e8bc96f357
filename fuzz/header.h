/* header.h - a page of small blocks as anybody can read it: in front of each block 16 bytes, laid
 * out as Windows' POOL_HEADER, sizes in units of 16 bytes. What is read may be damaged. */
#ifndef FUZZ_HEADER_H
#define FUZZ_HEADER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HEADER_BYTES = 16,
    HEADER_UNITS_PAGE = 256,
    HEADER_TYPE_AT = 4, /* of its bytes the one that has a bit the seal leaves out */
    HEADER_CACHED = 8,  /* that bit: freed, and waits in a cache */
    HEADER_WORDS = 2,
};

struct header {
    unsigned char *at;
    unsigned previous; /* units of the block in front, 0: none */
    unsigned stored;   /* its own units; 0: of the whole page */
    unsigned units;
    unsigned unit; /* where in its page it begins */
    bool is_free;
    bool is_cached;
};

/* Any 16 bytes of the pool as two words, though nobody should read them. */
void header_words(const unsigned char *at, uint64_t words[HEADER_WORDS]);

struct header header_of_words(unsigned char *at, const uint64_t words[HEADER_WORDS]);
struct header header_read(unsigned char *at);

/* The first eight bytes, as a bug check shows them. */
uint64_t header_contents(const unsigned char *at);

/* Where the next one lies and the one before, as this one says; NULL: on no place of this page. */
unsigned char *header_next(const struct header *header);
unsigned char *header_previous(const struct header *header);

#endif
