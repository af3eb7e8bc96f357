/* hook.h - the seam between the pool and whatever watches it. The pool does not know who that is:
 * in normal mode `pool_hook` is NULL, and one bit of pool_mode says so to the quick paths. */
#ifndef POOL_HOOK_H
#define POOL_HOOK_H

#include "pool/live.h"
#include "pool/request.h"
#include "pool/story.h"
#include "pool/text.h"
#include "pool/unwind.h"
#include "pool/violation.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct pool_hook {
    /* Serves the request or declines. True: served, and *block is the answer (NULL: out of memory).
     * The rules of IRQL, tag and type have been checked before. */
    bool (*allocate)(const struct request *request, void **block);
    /* True: the address is the hook's; it has been freed, or a violation was raised. */
    bool (*free)(const struct release *release);
    /* True: the routine that owns `frame` is to fail as if something had run out, in its own way.
     * NULL: never. Pool is not asked for here: `allocate` does that. */
    bool (*fails)(const void *frame);
    /* Fills a block that ordinary pool served and that nobody zeroed. NULL: it stays as it is. */
    void (*soil)(const struct request *request, void *block);
    /* True while rules are judged as verified: the pool then raises in COLUMN_VERIFIED and checks
     * what only the verifier checks. */
    bool is_verifying;
    /* Is the code at `pc` judged as verified? NULL: all is. Any context. */
    bool (*judges)(uintptr_t pc);
    /* Is it a driver's, and verified? For rules that hold for drivers only. Any context. */
    bool (*is_driver)(uintptr_t pc);
    /* "drva.so", the image of the code at `pc`, or the name its driver was loaded by; NULL: not
     * known, or no driver. Any context. */
    const char *(*module_name)(uintptr_t pc);
    /* The extent of the driver's image at `pc`; false: it is the program, a library, or not known.
     * Not from a signal handler. */
    bool (*image_of)(uintptr_t pc, uintptr_t *start, uintptr_t *end);
    /* Does the address lie in a block of paged pool that is the hook's? */
    bool (*is_paged)(const void *address);
    /* The calling thread's IRQL changed. NULL: not interested. */
    void (*irql_changed)(unsigned from, unsigned to);
    /* True: `address` lies in a place of the hook's, and its story is told. */
    bool (*tell)(const void *address, struct story *story);
    /* Every block in use that is the hook's. NULL: it holds none. */
    void (*each_live)(live_take *take, void *context);
    /* Adds "verifier standard, special pool 3391 of 3402 allocations (99.7 %), ..." */
    void (*state)(struct text *text);
    /* Adds the failures that were injected last; nothing when there were none. NULL: never any. */
    void (*failures)(struct text *text);
};

extern _Atomic(const struct pool_hook *) pool_hook;

/* From now on every call is the hook's to see; a quick path under way in another thread ends
 * without. NULL: nobody's. */
void hook_set(const struct pool_hook *hook);

static inline const struct pool_hook *hook_current(void)
{
    return atomic_load_explicit(&pool_hook, memory_order_acquire);
}

static inline enum violation_column hook_column(void)
{
    const struct pool_hook *hook = hook_current();
    return hook != NULL && hook->is_verifying ? COLUMN_VERIFIED : COLUMN_PLAIN;
}

/* What a routine asks that can fail without asking for pool. */
static inline bool hook_fails(const void *frame)
{
    const struct pool_hook *hook = hook_current();
    return __builtin_expect(hook != NULL, 0) && hook->fails != NULL && hook->fails(frame);
}

/* The same for the code at `pc`, 0: not known. */
static inline enum violation_column hook_column_at(uintptr_t pc)
{
    const struct pool_hook *hook = hook_current();
    if (hook == NULL || !hook->is_verifying)
        return COLUMN_PLAIN;
    bool is_judged = pc == 0 || hook->judges == NULL || hook->judges(pc);
    return is_judged ? COLUMN_VERIFIED : COLUMN_PLAIN;
}

/* Does the verifier look after a live block there? What it knows as freed may be in use again, by
 * the pool, since its rules changed. */
static inline bool hook_tells_live(const void *address, struct story *story)
{
    const struct pool_hook *hook = hook_current();
    return hook != NULL && hook->tell != NULL && hook->tell(address, story) && story->is_live;
}

/* For who called the routine that owns `frame`. */
static inline enum violation_column hook_column_of(const void *frame)
{
    return hook_column_at(frame != NULL ? unwind_caller(frame) : 0);
}

#endif
