/* execute_crowd.c - many blocks of one size at once: pages fill up, caches overflow, tables grow.
 * Each block holds its number; they are freed in one of four orders. */
#include "fuzz/execute.h"

#include <string.h>

enum { ZEROES_SEEN = 16 };

struct crowd {
    unsigned char **blocks;
    unsigned count;
    uint32_t size;
    uint32_t tag;
    struct op member;
    bool is_on_units;
    const char *complaint;
};

/* At both ends, where there is room for that. */
static bool has_two_ends(const struct crowd *crowd)
{
    return crowd->size >= 2 * sizeof(uint32_t);
}

/* Its number, as many bytes of it as it has. */
static void mark(const struct crowd *crowd, uint32_t at)
{
    unsigned char *block = crowd->blocks[at];
    if (has_two_ends(crowd))
        memcpy(block + crowd->size - sizeof at, &at, sizeof at);
    memcpy(block, &at, crowd->size < sizeof at ? crowd->size : sizeof at);
}

/* Its first bytes, at most as many as `at` has. A copy and a comparison of numbers: under an engine
 * memcmp is a call, which looks at both byte by byte, and most of what a crowd does is this. */
static bool holds(const unsigned char *bytes, uint32_t length, uint32_t at)
{
    uint32_t seen = at;
    if (length >= sizeof at)
        memcpy(&seen, bytes, sizeof seen);
    else
        memcpy(&seen, bytes, length);
    return seen == at;
}

static bool is_marked(const struct crowd *crowd, uint32_t at)
{
    const unsigned char *block = crowd->blocks[at];
    if (has_two_ends(crowd) && !holds(block + crowd->size - sizeof at, sizeof at, at))
        return false;
    return holds(block, crowd->size, at);
}

static bool is_zero(const unsigned char *block, uint32_t size)
{
    for (uint32_t i = 0; i < ZEROES_SEEN && i < size; i++)
        if (block[i] != 0 || block[size - 1 - i] != 0)
            return false;
    return true;
}

static void complain(struct crowd *crowd, const char *text)
{
    if (crowd->complaint == NULL)
        crowd->complaint = text;
}

static void take(struct crowd *crowd, unsigned at)
{
    unsigned char *block = execution_ask(&crowd->member);
    crowd->blocks[at] = block;
    if (block == NULL) {
        complain(crowd, "NULL for one block of many");
        return;
    }
    if ((uintptr_t)block % 16 != 0 && crowd->is_on_units)
        complain(crowd, "misaligned");
    if ((form_of(&crowd->member)->traits & TRAIT_ZEROED) != 0 && !is_zero(block, crowd->size))
        complain(crowd, "not zeroed");
    mark(crowd, at);
}

EXECUTION_FREES static void give(struct crowd *crowd, unsigned at)
{
    if (crowd->blocks[at] == NULL)
        return;
    if (!is_marked(crowd, at))
        complain(crowd, "one of many blocks does not hold what was written to it");
    ExFreePoolWithTag(crowd->blocks[at], crowd->tag);
    crowd->blocks[at] = NULL;
}

static void give_each(struct crowd *crowd, unsigned from, unsigned step)
{
    for (unsigned i = from; i < crowd->count; i += step)
        give(crowd, i);
}

static void give_all(struct crowd *crowd, enum crowd_order order)
{
    if (order == CROWD_BACKWARD)
        for (unsigned i = crowd->count; i > 0; i--)
            give(crowd, i - 1);
    if (order == CROWD_HOLES || order == CROWD_REFILLED)
        give_each(crowd, 0, order);
    if (order == CROWD_REFILLED)
        for (unsigned i = 0; i < crowd->count; i += order)
            take(crowd, i);
    give_each(crowd, 0, 1);
}

void execute_crowd(struct execution *execution, const struct model *model, const struct op *op,
                   const struct expectation *expected)
{
    static unsigned char *blocks[MODEL_CROWD_MAX];
    struct crowd crowd = {
        .blocks = blocks,
        .count = expected->length,
        .tag = model_tag(op->tag),
        .member = model_crowd_member(op),
    };
    crowd.size = crowd.member.size;
    crowd.is_on_units = model->verify != PROGRAM_VERIFY_EXACT;
    for (unsigned i = 0; i < crowd.count; i++)
        take(&crowd, i);
    give_all(&crowd, model_crowd_order(op));
    execution->complaint = crowd.complaint;
}
