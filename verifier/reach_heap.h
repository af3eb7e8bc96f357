/* reach_heap.h - the live blocks as a look sees them: a word to its block, and a mark for each.
 *   special pool: the slot by arithmetic -> a byte a unit
 *   normal pool:  a sorted copy of the blocks, made before threads are stopped -> a byte each
 *   numbers: units first, then the blocks of the copy */
#ifndef VERIFIER_REACH_HEAP_H
#define VERIFIER_REACH_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reach_block {
    uintptr_t start;
    uintptr_t end;
    uint64_t number;
};

/* False: no memory for marks. */
bool reach_heap_open(void);
void reach_heap_close(void);
bool reach_heap_is_open(void);

/* The live block that the word points into; false: none. */
bool reach_heap_find(uintptr_t word, struct reach_block *block);

/* Does the word point to where the program knows the block to begin? Up to 16 bytes further on too:
 * there is room for what C++'s new[] and others put in front. A block of normal pool may have more
 * in front: any word into it counts. */
bool reach_heap_is_start(const struct reach_block *block, uintptr_t word);

uint8_t *reach_heap_mark(uint64_t number);
void reach_heap_block(uint64_t number, struct reach_block *block);

/* Calls `take` for every live block. */
void reach_heap_each(void (*take)(const struct reach_block *block));

/* Where blocks are, and what tells where they are: no roots. `index` from 0; false: no more. */
bool reach_heap_range(unsigned index, uintptr_t *start, uintptr_t *end);

#endif
