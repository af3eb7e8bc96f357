#include "kernel/memory_kind.h"

#include "pool/hook.h"
#include "pool/os.h"
#include "pool/pool.h"

#include <stdint.h>

bool memory_is_pool(const void *address, struct story *story)
{
    const struct pool_hook *hook = hook_current();
    *story = (struct story){.place = STORY_NOWHERE};
    if (hook != NULL && hook->tell != NULL && hook->tell(address, story))
        return story->is_live;
    return pool_tell(address, story) && story->place != STORY_NOWHERE && story->is_live;
}

bool memory_is_paged(const void *address)
{
    struct story story;
    return memory_is_pool(address, &story) && pool_is_paged(story.pool);
}

bool memory_is_stack(const void *address)
{
    uintptr_t low;
    uintptr_t high;
    return os_stack_bounds(&low, &high) && (uintptr_t)address >= low && (uintptr_t)address < high;
}
