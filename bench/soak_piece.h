/* soak_piece.h - one block of the soak: how it was asked for, and what must be in it. */
#ifndef BENCH_SOAK_PIECE_H
#define BENCH_SOAK_PIECE_H

#include <stdbool.h>
#include <stdint.h>

enum { SOAK_TAGS = 24, SOAK_SIZE_MAX = 1 << 20 };

struct piece {
    unsigned char *bytes; /* NULL: none */
    uint32_t size;
    uint32_t tag;
    uint32_t stamp;     /* what its bytes were filled from */
    uint8_t form;       /* which routine allocated it */
    uint8_t irql_limit; /* the highest IRQL it may be freed at */
};

/* The lookaside list of the soak, for blocks of one size. */
void piece_lists_begin(void);
void piece_lists_end(void);

/* Allocates by a random routine, from a random pool, with a random tag, at a random IRQL that is
 * allowed, and fills it. False when memory is short: then the piece is empty. Ends the program when
 * the block is not what the routine promises (zeroed, aligned). */
bool piece_take(struct piece *piece, uint64_t *random);

/* The same for a block of SOAK_SIZE_MAX. */
bool piece_take_large(struct piece *piece, uint64_t *random);

/* Looks at its bytes and frees it; nothing for an empty piece. Ends the program when they have
 * changed. */
void piece_give(struct piece *piece, uint64_t *random);

uint32_t piece_tag(unsigned index); /* the index-th tag, below SOAK_TAGS */

uint32_t soak_random(uint64_t *random);

#endif
