#include "verifier/inject_history.h"

#include "pool/stack.h"

#include <stdatomic.h>
#include <string.h>

/* `number` is 0 while the entry is being written. */
struct cell {
    _Atomic uint64_t number;
    struct injected entry;
};

static struct cell cells[INJECT_HISTORY_ENTRIES];
static _Atomic uint64_t count;

void inject_history_add(struct injected entry, const void *frame)
{
    uintptr_t frames[STACK_DEPTH_MAX];
    unsigned depth = stack_here(frame, frames);
    entry.depth = (uint8_t)(depth < INJECT_HISTORY_FRAMES ? depth : INJECT_HISTORY_FRAMES);
    memcpy(entry.frames, frames, entry.depth * sizeof frames[0]);
    entry.number = atomic_fetch_add(&count, 1) + 1;
    struct cell *cell = &cells[(entry.number - 1) % INJECT_HISTORY_ENTRIES];
    atomic_store(&cell->number, 0);
    cell->entry = entry;
    atomic_store(&cell->number, entry.number);
}

uint64_t inject_history_count(void)
{
    return atomic_load(&count);
}

bool inject_history_get(unsigned age, struct injected *entry)
{
    uint64_t newest = atomic_load(&count);
    if (age >= newest || age >= INJECT_HISTORY_ENTRIES)
        return false;
    uint64_t number = newest - age;
    const struct cell *cell = &cells[(number - 1) % INJECT_HISTORY_ENTRIES];
    if (atomic_load(&cell->number) != number)
        return false;
    *entry = cell->entry;
    return atomic_load(&cell->number) == number;
}
