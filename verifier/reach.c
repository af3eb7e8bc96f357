#include "verifier/reach.h"

#include "pool/os.h"
#include "pool/util.h"
#include "verifier/reach_heap.h"
#include "verifier/reach_roots.h"
#include "verifier/special.h"

#include <string.h>

enum { SPARE = 1 << 22, STDERR = 2 }; /* blocks made between the count and the stop */

/* Blocks whose words are still to be looked at. */
static struct {
    uint64_t *numbers;
    size_t count;
    size_t capacity;
} pending;

static uint8_t level_now; /* what a word found now makes of its block, at best */
static uint64_t leader;   /* second pass: the lost block that is followed */

static void push(uint64_t number)
{
    INVARIANT(pending.count < pending.capacity);
    pending.numbers[pending.count++] = number;
}

/* First pass. A block may be met twice: as possibly lost, and later as reachable. */
static void take_reachable(uintptr_t word)
{
    struct reach_block block;
    if (!reach_heap_find(word, &block))
        return;
    uint8_t *mark = reach_heap_mark(block.number);
    bool is_better = reach_heap_is_start(&block, word) && level_now == REACH_REACHABLE;
    uint8_t level = is_better ? REACH_REACHABLE : REACH_POSSIBLY_LOST;
    if (*mark != REACH_UNKNOWN && *mark <= level)
        return;
    *mark = level;
    push(block.number);
}

/* Second pass: what a lost block points to is lost by it, be it found lost before. */
static void take_lost(uintptr_t word)
{
    struct reach_block block;
    if (!reach_heap_find(word, &block) || block.number == leader)
        return;
    uint8_t *mark = reach_heap_mark(block.number);
    if (*mark != REACH_UNKNOWN && *mark != REACH_LOST)
        return;
    *mark = REACH_INDIRECTLY_LOST;
    push(block.number);
}

static void follow(reach_word *take)
{
    while (pending.count > 0) {
        struct reach_block block;
        reach_heap_block(pending.numbers[--pending.count], &block);
        level_now = *reach_heap_mark(block.number);
        reach_words(block.start, block.end, take);
    }
}

/* The words of a root are followed as they come, so that little is pending. */
static void take_root(uintptr_t word)
{
    level_now = REACH_REACHABLE;
    take_reachable(word);
}

static void take_if_lost(const struct reach_block *block)
{
    uint8_t *mark = reach_heap_mark(block->number);
    if (*mark != REACH_UNKNOWN)
        return;
    *mark = REACH_LOST;
    leader = block->number;
    push(block->number);
    follow(take_lost);
}

static void count_one(const struct reach_block *block)
{
    (void)block;
    pending.capacity++;
}

static bool open_pending(void)
{
    pending.count = 0;
    pending.capacity = 0;
    reach_heap_each(count_one);
    pending.capacity = 2 * pending.capacity + SPARE;
    pending.numbers = os_table(pending.capacity * sizeof pending.numbers[0]);
    return pending.numbers != NULL;
}

static bool say_no(void)
{
    static const char message[] =
        "expool: what can be reached was not looked at: no memory for it, or /proc is not there\n";
    os_write(STDERR, message, sizeof message - 1);
    reach_forget();
    return false;
}

bool reach_look(const void *frame)
{
    reach_forget();
    if (!reach_heap_open())
        return say_no();
    if (!open_pending() || !reach_roots_open(frame))
        return say_no();
    bool is_shown = reach_roots_each(take_root);
    follow(take_reachable);
    if (is_shown)
        reach_heap_each(take_if_lost);
    reach_roots_close();
    os_release(pending.numbers, pending.capacity * sizeof pending.numbers[0]);
    return is_shown || say_no();
}

enum reach reach_of(const void *block)
{
    struct reach_block found;
    if (!reach_heap_is_open() || !reach_heap_find((uintptr_t)block, &found))
        return REACH_UNKNOWN;
    return (enum reach) * reach_heap_mark(found.number);
}

const char *reach_name(enum reach reach)
{
    static const char *const name[] = {NULL, "still reachable", "possibly lost", "indirectly lost",
                                       "definitely lost"};
    static_assert(COUNT_OF(name) == REACH_COUNT, "every answer has its words");
    return name[reach];
}

void reach_forget(void)
{
    reach_heap_close();
}
