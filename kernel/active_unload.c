/* active_unload.c - what a driver leaves in use when it is unloaded: in its image's data, and DPCs
 * and timers elsewhere that would call into it. */
#include "kernel/active.h"

#include "kernel/deadlock_tell.h"
#include "kernel/misuse.h"
#include "kernel/remove_lock_watch.h"
#include "pool/bugcheck.h"
#include "pool/hook.h"
#include "pool/lookaside_table.h"
#include "pool/util.h"

static const struct {
    void *(*take_within)(uintptr_t start, uintptr_t end);
    enum violation_kind kind;
} sources[] = {
    {timer_take_within, VIOLATION_UNLOADED_TIMER},
    {dpc_take_within, VIOLATION_UNLOADED_DPC},
    {dpc_take_calling, VIOLATION_UNLOADED_DPC_ROUTINE},
    {timer_take_calling, VIOLATION_UNLOADED_DPC_ROUTINE},
    {work_take_within, VIOLATION_FREED_WORK_ITEM},
    {resource_take_within, VIOLATION_FREED_RESOURCE},
    {lookaside_table_take_within, VIOLATION_FREED_LOOKASIDE},
};

/* Locks of its data have no history in the next image; one that is held goes with it. */
static void judge_locks(uintptr_t start, uintptr_t end, const void *frame)
{
    struct lock_sight sight;
    const void *lock;
    while ((lock = lock_take_within(start, end, &sight)) != NULL) {
        struct side_stack side;
        sight_side(&sight, &side);
        MISUSE_TOLD(VIOLATION_LOCK_FREED, lock, .found = (uintptr_t)sight.owner, .frame = frame,
                    .sides = &side, .side_count = 1);
    }
}

void active_unloaded(uintptr_t start, uintptr_t end, const char *driver, const void *frame)
{
    if (hook_column() != COLUMN_VERIFIED)
        return;
    judge_locks(start, end, frame);
    remove_locks_forget(start, end);
    for (unsigned i = 0; i < COUNT_OF(sources); i++) {
        const void *object;
        while ((object = sources[i].take_within(start, end)) != NULL) {
            struct violation violation = {
                .kind = sources[i].kind,
                .column = COLUMN_VERIFIED,
                .address = (const void *)start,
                .other = object,
                .size_bytes = end - start,
                .expected = end,
                .irql = irql_current,
                .frame = frame,
                .driver = driver,
            };
            violation_raise(&violation);
        }
    }
}
