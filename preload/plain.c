#include "preload/plain.h"

#include "pool/bugcheck.h"
#include "pool/heap.h"
#include "pool/live.h"
#include "pool/mix.h"
#include "pool/pool.h"
#include "verifier/pattern.h"

#include <stdatomic.h>
#include <string.h>

enum {
    FILL = 0xA5,
    TAIL_BYTES_MIN = 8,
    MARK = 0x6b636c62,
    GENERATION_MAX = 0xffff,
    DAMAGED_MAX = 16, /* so many are told of at the end */
};
#define SIZE_MAX_KEPT ((UINT64_C(1) << 48) - 1)

/* In front of the data. */
struct front {
    uint64_t size_bytes : 48;
    uint64_t generation : 16; /* of the process that allocated it */
    uint32_t distance;        /* from the pool's block to the data */
    uint32_t mark;
};

static_assert(sizeof(struct front) == BLOCK_UNIT_BYTES, "the data stays aligned");

static unsigned generation; /* forks since the first process */
static atomic_bool was_used;

static struct front *front_of(void *data)
{
    return (struct front *)data - 1;
}

/* A front copied along with its bytes is none. */
static uint32_t mark_of(const struct front *front)
{
    uint64_t mixed =
        ((uintptr_t)front ^ (uint64_t)front->size_bytes << 20 ^ front->distance) * MIX_FACTOR;
    return (uint32_t)(mixed >> 32) ^ MARK;
}

static size_t bytes_with_tail(size_t size_bytes)
{
    return round_up(size_bytes + TAIL_BYTES_MIN, BLOCK_UNIT_BYTES);
}

/* Where the pattern behind the data ends: not behind the pool's block. */
static unsigned char *end_of(void *data)
{
    return (unsigned char *)data + bytes_with_tail(front_of(data)->size_bytes);
}

void *plain_allocate(const struct request *request)
{
    size_t alignment = (size_t)1 << request->alignment_log2;
    size_t front_bytes = alignment > BLOCK_UNIT_BYTES ? alignment : BLOCK_UNIT_BYTES;
    struct request inner = *request;
    inner.alignment_log2 = 0;
    if (request->size_bytes > SIZE_MAX_KEPT ||
        __builtin_add_overflow(bytes_with_tail(request->size_bytes), front_bytes,
                               &inner.size_bytes))
        return NULL;
    unsigned char *block = heap_allocate(pool_heap(request->kind), &inner);
    if (block == NULL)
        return NULL;
    unsigned char *data = block + front_bytes;
    data -= (uintptr_t)data & (front_bytes - 1);
    struct front *front = front_of(data);
    if (UNLIKELY(!atomic_load_explicit(&was_used, memory_order_relaxed)))
        atomic_store(&was_used, true);
    front->size_bytes = request->size_bytes & SIZE_MAX_KEPT;
    front->generation = generation & GENERATION_MAX;
    front->distance = (uint32_t)(data - block);
    front->mark = mark_of(front);
    unsigned char *tail = data + request->size_bytes;
    pattern_fill(tail, (size_t)(end_of(data) - tail), FILL);
    return data;
}

static bool is_readable(enum pool_kind kind, const void *address)
{
    const struct pages *pages = &pool_heap(kind)->pages;
    enum page_use use = pages_use(pages, pages_index(pages, address));
    return use == PAGE_CUT || use == PAGE_BIG || use == PAGE_BIG_REST;
}

/* A free takes the mark away, so only what lives has one. */
static bool is_plain(void *address)
{
    enum pool_kind kind;
    if (((uintptr_t)address & (BLOCK_UNIT_BYTES - 1)) != 0 || !pool_has(front_of(address), &kind) ||
        !is_readable(kind, front_of(address)))
        return false;
    const struct front *front = front_of(address);
    return front->mark == mark_of(front);
}

bool plain_size(const void *address, size_t *size_bytes)
{
    void *data = (void *)(uintptr_t)address;
    if (!is_plain(data))
        return false;
    *size_bytes = front_of(data)->size_bytes;
    return true;
}

static struct pattern_damage damage_behind(unsigned char *data)
{
    struct pattern_damage damage = {.count = 0};
    unsigned char *tail = data + front_of(data)->size_bytes;
    pattern_look(tail, (size_t)(end_of(data) - tail), FILL, &damage);
    return damage;
}

static NOINLINE void raise_damage(const struct release *release,
                                  const struct pattern_damage *damage, bool in_sweep)
{
    struct front *front = front_of(release->address);
    struct violation violation = {
        .kind = VIOLATION_DAMAGE_AFTER,
        .column = COLUMN_VERIFIED,
        .address = release->address,
        .other = damage->first,
        .expected = FILL,
        .size_bytes = front->size_bytes,
        .changed_first = damage->first,
        .changed_last = damage->last,
        .changed_count = damage->count,
        .access = OS_WRITE,
        .frame = release->frame,
        .in_sweep = in_sweep,
    };
    pool_tell((unsigned char *)release->address - front->distance, &violation.story);
    violation.story.block = release->address;
    violation.story.size_bytes = front->size_bytes;
    violation.story.fill = FILL;
    violation.tag = violation.story.tag;
    violation_raise(&violation);
}

/* What was freed before: the heap knows its block, which begins in front of the data. */
static void raise_not_plain(struct heap *heap, const struct release *release)
{
    struct release inner = *release;
    struct story story;
    unsigned char *block = (unsigned char *)release->address - sizeof(struct front);
    if (pool_tell(block, &story) && story.block == block && !story.is_live)
        inner.address = block;
    heap_free(heap, &inner);
}

bool plain_free(const struct release *release)
{
    enum pool_kind kind;
    unsigned char *data = release->address;
    if (!pool_has(data, &kind))
        return false;
    struct heap *heap = pool_heap(kind);
    if (!is_plain(data)) {
        raise_not_plain(heap, release);
        return true;
    }
    struct front *front = front_of(data);
    struct pattern_damage damage = damage_behind(data);
    if (UNLIKELY(damage.count > 0))
        raise_damage(release, &damage, false);
    struct release inner = *release;
    inner.address = data - front->distance;
    front->mark = 0;
    heap_free(heap, &inner);
    return true;
}

struct damaged {
    unsigned count;
    unsigned char *blocks[DAMAGED_MAX];
};

/* The data in a block of the pool begin behind a front, at a multiple of what they were aligned to;
 * NULL: it is somebody else's block. */
static unsigned char *data_in(const struct live_block *block)
{
    uintptr_t start = (uintptr_t)block->address;
    for (size_t alignment = BLOCK_UNIT_BYTES; alignment < block->size_bytes; alignment *= 2) {
        uintptr_t data = (start + alignment) & ~(alignment - 1);
        const struct front *front = front_of((void *)data);
        if (front->distance == data - start && front->mark == mark_of(front))
            return (unsigned char *)data;
    }
    return NULL;
}

static void look(const struct live_block *block, void *context)
{
    struct damaged *damaged = context;
    unsigned char *data = block->is_free ? NULL : data_in(block);
    if (data != NULL && front_of(data)->generation == (generation & GENERATION_MAX) &&
        damage_behind(data).count > 0 && damaged->count < DAMAGED_MAX)
        damaged->blocks[damaged->count++] = data;
}

void plain_sweep(const void *frame)
{
    struct damaged damaged = {.count = 0};
    if (!atomic_load_explicit(&was_used, memory_order_relaxed))
        return;
    pool_each_piece(POOL_NONPAGED, look, &damaged);
    for (unsigned i = 0; i < damaged.count; i++) {
        struct release release = {.address = damaged.blocks[i], .frame = frame};
        struct pattern_damage damage = damage_behind(damaged.blocks[i]);
        raise_damage(&release, &damage, true);
    }
}

void plain_after_fork_in_child(void)
{
    generation++;
}
