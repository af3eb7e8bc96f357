#include "kernel/memory_kind.h"

#include "pool/hook.h"
#include "pool/os.h"
#include "pool/pool.h"

#include <stdint.h>

bool memory_is_pool(const void *address, struct story *story)
{
    *story = (struct story){.place = STORY_NOWHERE};
    if (hook_tells_live(address, story))
        return true;
    return pool_tell(address, story) && story->place != STORY_NOWHERE && story->is_live;
}

/* Special pool does not leave memory, but stands for a pool that does. */
bool memory_is_paged(const volatile void *object)
{
    enum pool_kind kind;
    const void *address = (const void *)(uintptr_t)object;
    const struct pool_hook *hook = hook_current();
    if (pool_has(address, &kind))
        return pool_is_paged(kind);
    return hook != NULL && hook->is_paged != NULL && hook->is_paged(address);
}

bool memory_is_stack(const void *address)
{
    uintptr_t low;
    uintptr_t high;
    return os_stack_bounds(&low, &high) && (uintptr_t)address >= low && (uintptr_t)address < high;
}
