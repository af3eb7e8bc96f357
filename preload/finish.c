/* finish.c - when the program ends: every block still in use is looked at, since most programs
 * never free their last ones and an overwrite into such a block would go unseen. */
#include "expool/verifier.h"
#include "pool/options.h"
#include "pool/os.h"
#include "pool/os_pager.h"
#include "preload/engine.h"
#include "verifier/pattern.h"
#include "verifier/special.h"

#include <pthread.h>

#define OWN_FRAME __builtin_frame_address(0)

/* Blocks up to this number are the parent's to look at. */
static uint64_t inherited;

static bool is_inherited(uint32_t unit)
{
    struct story story;
    if (inherited == 0)
        return false;
    special_tell_unit(unit, &story);
    return story.number <= inherited;
}

/* Another thread may free the block at any moment, and its page with it: a copy is looked at, which
 * the system makes or refuses. */
static bool is_damaged(const unsigned char *start, size_t bytes, uint8_t fill)
{
    unsigned char copy[PAGE_BYTES];
    struct pattern_damage damage = {.count = 0};
    if (bytes == 0 || bytes > sizeof copy || !os_peek(copy, start, bytes))
        return false;
    pattern_look(copy, bytes, fill, &damage);
    return damage.count > 0;
}

static void look(uint32_t unit, void *context)
{
    struct slot_facts facts = slot_facts(space_slot(unit));
    unsigned char *data = space_data(unit);
    struct slot_margins margins = slot_margins(facts, data, slot_block(facts, data), special.reach);
    uint8_t fill = slot_fill_byte(facts);
    if (is_inherited(unit))
        return;
    bool may_look = os_is_single_threaded() ||
                    is_damaged(margins.front, margins.front_bytes, fill) ||
                    is_damaged(margins.slack, margins.slack_bytes, fill);
    if (may_look && slot_is_live(space_slot(unit)))
        special_judge_pattern(unit, context);
}

__attribute__((destructor(104))) static void finish(void)
{
    if (!expool_verifier_is_on() || !engine_enter())
        return;
    special_each_live(look, OWN_FRAME);
    engine_leave();
}

static void note_inherited(void)
{
    inherited = atomic_load(&special.numbers);
}

__attribute__((constructor(106))) static void follow_forks(void)
{
    pthread_atfork(NULL, NULL, note_inherited);
}
