#include "kernel/active.h"

#include "kernel/deadlock_tell.h"
#include "kernel/remove_lock_watch.h"
#include "pool/bugcheck.h"
#include "pool/free_watch.h"
#include "pool/hook.h"
#include "pool/lookaside_table.h"
#include "pool/rules.h"
#include "pool/unwind.h"
#include "pool/util.h"

static const struct {
    void *(*take_within)(uintptr_t start, uintptr_t end);
    enum violation_kind kind;
    uint32_t rules; /* any of these; timers and DPCs are looked for always */
} sources[] = {
    {timer_take_within, VIOLATION_FREED_TIMER, ~0u},
    {dpc_take_within, VIOLATION_FREED_DPC, ~0u},
    {work_take_within, VIOLATION_FREED_WORK_ITEM, RULE_MISC},
    {resource_take_within, VIOLATION_FREED_RESOURCE, RULE_MISC},
    {lookaside_table_take_within, VIOLATION_FREED_LOOKASIDE, RULE_MISC},
    {irp_take_within, VIOLATION_FREED_IRP, RULE_IO},
};

static struct violation in_freed(const void *object, const struct release *release,
                                 const struct story *story)
{
    return (struct violation){
        .column = hook_column(),
        .address = story->block,
        .other = object,
        .size_bytes = story->size_bytes,
        .expected = (uintptr_t)story->block + story->size_bytes,
        .pool_type = pool_type_of(story->pool),
        .irql = irql_current,
        .pc = release->frame != NULL ? unwind_caller(release->frame) : 0,
        .frame = release->frame,
        .story = *story,
    };
}

static void raise_locks(const struct release *release, const struct story *story)
{
    uintptr_t start = (uintptr_t)story->block;
    struct lock_sight sight;
    const void *lock;
    while ((lock = lock_take_within(start, start + story->size_bytes, &sight)) != NULL) {
        struct violation violation = in_freed(lock, release, story);
        struct side_stack side;
        sight_side(&sight, &side);
        violation.kind = VIOLATION_LOCK_FREED;
        violation.found = (uintptr_t)sight.owner;
        violation.sides = &side;
        violation.side_count = 1;
        violation_raise(&violation);
    }
}

static void block_is_freed(const struct release *release, const struct story *story)
{
    uintptr_t start = (uintptr_t)story->block;
    uintptr_t end = start + story->size_bytes;
    for (unsigned i = 0; i < COUNT_OF(sources); i++) {
        const void *object;
        if ((atomic_load_explicit(&rules_in_force, memory_order_relaxed) & sources[i].rules) == 0)
            continue;
        while ((object = sources[i].take_within(start, end)) != NULL) {
            struct violation violation = in_freed(object, release, story);
            violation.kind = sources[i].kind;
            violation_raise(&violation);
        }
    }
    raise_locks(release, story);
    remove_locks_forget(start, end);
}

void active_begin(void)
{
    atomic_fetch_add_explicit(&free_watch_count, 1, memory_order_relaxed);
}

void active_end(void)
{
    atomic_fetch_sub_explicit(&free_watch_count, 1, memory_order_relaxed);
}

/* Before the first lookaside list counts itself. */
__attribute__((constructor(103))) static void watch(void)
{
    free_watch_by(block_is_freed);
}
