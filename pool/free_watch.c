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

/* What the verifier knows as freed may be in use again since its rules changed. */
static bool tell(const void *address, struct story *story)
{
    const struct pool_hook *hook = hook_current();
    if (hook != NULL && hook->tell != NULL && hook->tell(address, story) && story->is_live)
        return true;
    return pool_tell(address, story);
}

void free_watch_ask(const struct release *release)
{
    free_watch *watch = atomic_load_explicit(&watch_hook, memory_order_acquire);
    struct story story = {.place = STORY_NOWHERE};
    if (irql_current >= IRQL_DISPATCH)
        (void)pager_bring_in(release->address); /* the page's headers may be out of reach */
    if (watch == NULL || !tell(release->address, &story))
        return;
    if (story.is_live && story.block == release->address)
        watch(release, &story);
}
