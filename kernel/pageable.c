#include "kernel/pageable.h"

#include "pool/hook.h"
#include "pool/pool.h"

/* Special pool does not leave memory, but stands for a pool that does. */
bool pageable_is(const volatile void *object)
{
    enum pool_kind kind;
    const void *address = (const void *)(uintptr_t)object;
    const struct pool_hook *hook = hook_current();
    if (pool_has(address, &kind))
        return pool_is_paged(kind);
    return hook != NULL && hook->is_paged != NULL && hook->is_paged(address);
}
