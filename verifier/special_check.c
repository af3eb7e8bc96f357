/* special_check.c - is special pool sound? Its slots, its lanes and its budget are three accounts
 * of the same pages. */
#include "verifier/special.h"

#include "expool/verifier.h"
#include "pool/counters.h"
#include "verifier/lane.h"
#include "verifier/space.h"

/* Units, by what their slots say and by where they wait. */
struct account {
    uint64_t ready;
    uint64_t resting;
    uint64_t waiting_ready;
    uint64_t waiting_resting;
    const char *wrong;
};

static void count_stretch(struct account *account, uint32_t first)
{
    uint32_t taken = 0;
    for (uint32_t unit = first; unit < first + STRETCH_UNITS; unit++) {
        enum slot_state state = slot_state(space_slot(unit));
        taken += !slot_is_takeable(space_slot(unit));
        account->ready += state == SLOT_READY;
        account->resting += state == SLOT_RESTING;
        if (state == SLOT_FREEING)
            account->wrong = "a block of special pool is on its way out, and nobody frees it";
    }
    if (taken != atomic_load(&space.stretches[first / STRETCH_UNITS].taken))
        account->wrong = "a stretch of special pool counts other units than are in use";
}

/* Of a stretch without a unit in use the slots may be in the archive. */
static void count_slots(struct account *account)
{
    for (uint32_t i = 0; i < space.touched * (REGION_UNITS / STRETCH_UNITS); i++)
        if (atomic_load(&space.stretches[i].taken) > 0)
            count_stretch(account, i * STRETCH_UNITS);
}

static void count_waiting(uint32_t unit, uint32_t units, enum slot_state state,
                          struct account *account)
{
    for (uint32_t i = 0; i < units; i++)
        if (slot_state(space_slot(unit + i)) != state)
            account->wrong = "a unit waits in a lane, and its slot says otherwise";
}

static void count_lane(struct lane *lane, void *context)
{
    struct account *account = context;
    const struct ready *ready = &lane->ready;
    uint32_t pages = 0;
    for (uint32_t i = 0; i < ready->ones_count; i++)
        count_waiting(ready->ones[i], 1, SLOT_READY, account);
    account->waiting_ready += ready->ones_count;
    for (uint32_t i = 0; i < ready->runs_count; i++) {
        uint32_t units = (uint32_t)slot_units(ready->runs[i].pages * (size_t)PAGE_BYTES);
        count_waiting(ready->runs[i].unit, units, SLOT_READY, account);
        account->waiting_ready += units;
        pages += ready->runs[i].pages;
    }
    if (pages != ready->runs_pages)
        account->wrong = "a lane counts other pages in its ready runs than there are";
    for (uint32_t i = 0; i < lane->resting_count; i++)
        count_waiting(lane->resting[(lane->resting_first + i) % LANE_RESTING_MAX], 1, SLOT_RESTING,
                      account);
    account->waiting_resting += lane->resting_count;
}

const char *special_check(void)
{
    struct account account = {0};
    count_slots(&account);
    lanes_each(count_lane, &account);
    if (account.wrong != NULL)
        return account.wrong;
    if (account.ready != account.waiting_ready)
        return "other pages of special pool are ready than wait in lanes";
    if (account.resting != account.waiting_resting)
        return "other pages of special pool rest than wait in lanes";
    if (atomic_load(&special.pages_taken) != COUNTED(live_pages) + lanes_credit())
        return "special pool's budget is charged with other pages than live, or wait as credit";
    return NULL;
}

const char *expool_verifier_check(void)
{
    return space.tier == NULL ? NULL : special_check();
}
