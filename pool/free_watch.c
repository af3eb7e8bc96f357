#include "pool/free_watch.h"

#include "pool/hook.h"
#include "pool/mode.h"
#include "pool/pager.h"
#include "pool/pool.h"

atomic_uint free_watch_count;
static _Atomic(free_watch *) watch_hook;

void free_watch_by(free_watch *watch)
{
    atomic_store_explicit(&watch_hook, watch, memory_order_release);
}

void free_watch_ask(const struct release *release)
{
    free_watch *watch = atomic_load_explicit(&watch_hook, memory_order_acquire);
    struct story story = {.place = STORY_NOWHERE};
    if (watch == NULL)
        return;
    if (irql_current >= IRQL_DISPATCH)
        (void)pager_bring_in(release->address); /* the page's headers may be out of reach */
    if (!hook_tells_live(release->address, &story) && !pool_tell(release->address, &story))
        return;
    if (story.is_live && story.block == release->address)
        watch(release, &story);
}
