/* calls_blocks.h - the pointers that came back while calls were recorded: each by its number, and
 * what its memory holds. */
#ifndef FUZZ_REPLAY_CALLS_BLOCKS_H
#define FUZZ_REPLAY_CALLS_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHADOW_BEFORE = 80, SHADOW_MAX = 320 * 1024, CALLS_FILLS = 4 };

struct calls_block {
    uintptr_t address;
    uint64_t size;
    uintptr_t start; /* of what is compared: some bytes in front, to the end of its page */
    size_t length;
    unsigned char *shadow; /* what was there after the last call; NULL: nothing can be read */
    unsigned fill_count;   /* what the harness wrote as contents: byte i is seed + 31 i + i / 256 */
    struct calls_fill {
        size_t from;
        size_t length;
        unsigned char seed;
    } fills[CALLS_FILLS];
};

void calls_blocks_clear(void);

/* The next number's block; -1: no room. */
int calls_block_add(const void *address, uint64_t size);
/* The same for what is no block, and is not compared. */
int calls_block_add_handle(const void *address);
unsigned calls_block_count(void);
struct calls_block *calls_block_at(unsigned number);

/* The newest block that `address` lies in, before or behind; -1: none is near. */
int calls_block_of(uintptr_t address);

/* Its contents, if any, are not what the harness wrote; false too when they cannot be read. */
bool calls_block_differs(const struct calls_block *block);

/* Takes every block's memory as it is now. */
void calls_blocks_look(void);

/* Told of each change since then: a run of contents (`seed`), or of other bytes. */
struct calls_change {
    unsigned number;
    ptrdiff_t from; /* of the block's address */
    size_t length;
    bool is_fill;
    unsigned char seed;
    const unsigned char *bytes;
    const unsigned char *before;
};
void calls_blocks_changes(void (*take)(const struct calls_change *change));

#endif
