/* ke_memory_conditions.c - the nine events under \KernelObjects\ that say how much memory, pool and
 * commit is left. Level triggered: each is signalled as long as its condition holds, by the levels
 * of pool/budget.h. IoCreateNotificationEvent opens them by their names. */
#include "expool/event.h"
#include "kernel/object.h"

#include "pool/budget.h"
#include "pool/pool.h"
#include "pool/util.h"

enum { NAME_LETTERS_MAX = 64 };

/* A condition holds while the level of its meter lies from `least` to `most`. Windows' names: "low"
 * is little free for memory and pools, and little used for commit. [D] */
static const struct {
    const char *name;
    enum budget_meter meter;
    enum budget_level least;
    enum budget_level most;
} conditions[] = {
    {"LowMemoryCondition", BUDGET_MEMORY, BUDGET_EXHAUSTED, BUDGET_LOW},
    {"HighMemoryCondition", BUDGET_MEMORY, BUDGET_HIGH, BUDGET_HIGH},
    {"LowPagedPoolCondition", BUDGET_PAGED, BUDGET_EXHAUSTED, BUDGET_LOW},
    {"HighPagedPoolCondition", BUDGET_PAGED, BUDGET_HIGH, BUDGET_HIGH},
    {"LowNonPagedPoolCondition", BUDGET_NONPAGED, BUDGET_EXHAUSTED, BUDGET_LOW},
    {"HighNonPagedPoolCondition", BUDGET_NONPAGED, BUDGET_HIGH, BUDGET_HIGH},
    {"LowCommitCondition", BUDGET_COMMIT, BUDGET_HIGH, BUDGET_HIGH},
    {"HighCommitCondition", BUDGET_COMMIT, BUDGET_EXHAUSTED, BUDGET_LOW},
    {"MaximumCommitCondition", BUDGET_COMMIT, BUDGET_EXHAUSTED, BUDGET_EXHAUSTED},
};

/* Objects with a name, in memory of their own: pool that is short would be a bad place. The
 * reference they begin with is never given back. */
static struct {
    struct object_header header;
    KEVENT event;
} objects[COUNT_OF(conditions)];

static bool holds(unsigned condition)
{
    struct budget_reading reading;
    budget_read(conditions[condition].meter, &reading);
    return reading.level >= conditions[condition].least &&
           reading.level <= conditions[condition].most;
}

/* By whose page it was that a level changed, at that thread's IRQL: DISPATCH_LEVEL at most. */
static void follow_levels(void)
{
    for (unsigned i = 0; i < COUNT_OF(conditions); i++) {
        if (holds(i))
            KeSetEvent(&objects[i].event, IO_NO_INCREMENT, FALSE);
        else
            KeClearEvent(&objects[i].event);
    }
}

static void give_name(unsigned condition)
{
    static const char directory[] = "\\KernelObjects\\";
    WCHAR letters[NAME_LETTERS_MAX];
    size_t length = 0;
    for (const char *at = directory; *at != 0; at++)
        letters[length++] = (WCHAR)(unsigned char)*at;
    for (const char *at = conditions[condition].name; *at != 0; at++)
        letters[length++] = (WCHAR)(unsigned char)*at;
    USHORT bytes = (USHORT)(length * sizeof(WCHAR));
    const UNICODE_STRING name = {bytes, bytes, letters};
    INVARIANT(NT_SUCCESS(object_give_name(&objects[condition].event, &name)));
}

__attribute__((constructor(105))) static void start(void)
{
    pool_start(); /* the pools have their limits from here on */
    for (unsigned i = 0; i < COUNT_OF(conditions); i++) {
        object_start(&objects[i].header, &object_type_event);
        KeInitializeEvent(&objects[i].event, NotificationEvent, (BOOLEAN)holds(i));
        give_name(i);
    }
    budget_on_levels(follow_levels);
}
