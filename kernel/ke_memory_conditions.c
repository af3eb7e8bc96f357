#include "kernel/ke_memory_conditions.h"

#include "pool/budget.h"
#include "pool/pool.h"
#include "pool/util.h"

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

static KEVENT events[COUNT_OF(conditions)];

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
            KeSetEvent(&events[i], IO_NO_INCREMENT, FALSE);
        else
            KeClearEvent(&events[i]);
    }
}

static unsigned lower(unsigned letter)
{
    return letter >= 'A' && letter <= 'Z' ? letter + 'a' - 'A' : letter;
}

static bool is_named(const char *own, const WCHAR *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (own[i] == 0 || lower((unsigned char)own[i]) != lower(name[i]))
            return false;
    return own[length] == 0;
}

PKEVENT memory_condition_find(const WCHAR *name, size_t length)
{
    for (unsigned i = 0; i < COUNT_OF(conditions); i++)
        if (is_named(conditions[i].name, name, length))
            return &events[i];
    return NULL;
}

__attribute__((constructor(105))) static void start(void)
{
    pool_start(); /* the pools have their limits from here on */
    for (unsigned i = 0; i < COUNT_OF(conditions); i++)
        KeInitializeEvent(&events[i], NotificationEvent, (BOOLEAN)holds(i));
    budget_on_levels(follow_levels);
}
