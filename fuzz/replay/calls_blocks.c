#include "fuzz/replay/calls_blocks.h"

#include "fuzz/replay/calls.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, NEAR_BYTES = 1 << 20, FILL_MIN = 4 };

static struct calls_block blocks[CALLS_BLOCKS];
static unsigned block_count;
static unsigned char now[SHADOW_MAX];

void calls_blocks_clear(void)
{
    for (unsigned i = 0; i < block_count; i++)
        free(blocks[i].shadow);
    memset(blocks, 0, sizeof blocks);
    block_count = 0;
}

unsigned calls_block_count(void)
{
    return block_count;
}

struct calls_block *calls_block_at(unsigned number)
{
    return &blocks[number];
}

int calls_block_add(const void *address, uint64_t size)
{
    if (block_count == CALLS_BLOCKS)
        return -1;
    struct calls_block *block = &blocks[block_count];
    uintptr_t at = (uintptr_t)address;
    uintptr_t page = at / PAGE * PAGE;
    uintptr_t end = (at + (size > 0 ? size : 1) + PAGE - 1) / PAGE * PAGE;
    block->address = at;
    block->size = size;
    block->fill_count = 0;
    block->start = at - page > SHADOW_BEFORE ? at - SHADOW_BEFORE : page;
    block->length = end - block->start < SHADOW_MAX ? end - block->start : SHADOW_MAX;
    return (int)block_count++;
}

int calls_block_add_handle(const void *address)
{
    int number = calls_block_add(address, 0);
    if (number >= 0)
        blocks[number].length = 0;
    return number;
}

int calls_block_of(uintptr_t address)
{
    int best = -1;
    uintptr_t best_distance = NEAR_BYTES;
    for (unsigned i = 0; i < block_count; i++) {
        uintptr_t at = blocks[i].address;
        uintptr_t distance = address > at ? address - at : at - address;
        bool is_inside = address >= at && distance <= blocks[i].size;
        if (at == 0 || (address < at && distance > PAGE))
            continue;
        if (is_inside)
            distance = 0;
        if (distance <= best_distance) {
            best = (int)i;
            best_distance = distance;
        }
    }
    return best;
}

/* Reads what can be read; a hole ends it. */
static size_t read_memory(uintptr_t address, unsigned char *to, size_t length)
{
    struct iovec local = {to, length};
    struct iovec remote = {(void *)address, length}; /* NOLINT: an address */
    ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    return got < 0 ? 0 : (size_t)got;
}

void calls_blocks_look(void)
{
    for (unsigned i = 0; i < block_count; i++) {
        struct calls_block *block = &blocks[i];
        if (block->address == 0 || block->length == 0)
            continue;
        size_t got = read_memory(block->start, now, block->length);
        free(block->shadow);
        block->shadow = got == block->length ? malloc(got) : NULL;
        if (block->shadow != NULL)
            memcpy(block->shadow, now, got);
    }
}

static unsigned char seed_of(unsigned char byte, size_t at)
{
    return (unsigned char)(byte - at * 31u - (at >> 8));
}

/* The run of contents around `at` (an offset into `now`), with what it began as; 0: too short. */
static size_t fill_run(const struct calls_block *block, size_t at, size_t *first)
{
    size_t front = block->address - block->start;
    if (at < front || at >= front + block->size)
        return 0;
    unsigned char seed = seed_of(now[at], at - front);
    size_t end = at;
    *first = at;
    while (*first > front && seed_of(now[*first - 1], *first - 1 - front) == seed)
        --*first;
    while (end < front + block->size && seed_of(now[end], end - front) == seed)
        end++;
    size_t least = block->size < FILL_MIN ? block->size : FILL_MIN;
    return end - *first >= least ? end - *first : 0;
}

static void keep_fill(struct calls_block *block, const struct calls_change *change)
{
    unsigned i = 0;
    while (i < block->fill_count && block->fills[i].from != (size_t)change->from)
        i++;
    if (i == CALLS_FILLS)
        return;
    block->fill_count += i == block->fill_count;
    block->fills[i] = (struct calls_fill){(size_t)change->from, change->length, change->seed};
}

bool calls_block_differs(const struct calls_block *block)
{
    for (unsigned i = 0; i < block->fill_count; i++) {
        const struct calls_fill *fill = &block->fills[i];
        if (read_memory(block->address + fill->from, now, fill->length) != fill->length)
            return false;
        for (size_t at = 0; at < fill->length; at++)
            if (seed_of(now[at], at + fill->from) != fill->seed)
                return true;
    }
    return false;
}

/* Bytes of another block are that one's. */
static bool is_foreign(unsigned number, uintptr_t address)
{
    const struct calls_block *own = &blocks[number];
    if (address >= own->address && address < own->address + own->size)
        return false;
    int owner = calls_block_of(address);
    return owner >= 0 && (unsigned)owner != number;
}

static void find_changes(unsigned number, void (*take)(const struct calls_change *change))
{
    struct calls_block *block = &blocks[number];
    size_t front = block->address - block->start;
    for (size_t i = 0; i < block->length; i++) {
        size_t first = i;
        if (now[i] == block->shadow[i] || is_foreign(number, block->start + i))
            continue;
        struct calls_change change = {.number = number, .length = fill_run(block, i, &first)};
        change.is_fill = change.length > 0;
        if (!change.is_fill) {
            first = i;
            while (i + change.length < block->length &&
                   now[i + change.length] != block->shadow[i + change.length])
                change.length++;
        }
        change.from = (ptrdiff_t)first - (ptrdiff_t)front;
        change.bytes = now + first;
        change.before = block->shadow + first;
        change.seed = change.is_fill ? seed_of(now[first], first - front) : 0;
        if (change.is_fill)
            keep_fill(block, &change);
        take(&change);
        i = first + change.length - 1;
    }
}

void calls_blocks_changes(void (*take)(const struct calls_change *change))
{
    for (unsigned i = 0; i < block_count; i++) {
        struct calls_block *block = &blocks[i];
        bool is_newest = calls_block_of(block->address) == (int)i;
        if (block->shadow != NULL && is_newest &&
            read_memory(block->start, now, block->length) == block->length)
            find_changes(i, take);
    }
}
