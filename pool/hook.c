#include "pool/hook.h"

#include "pool/mode.h"

_Atomic(const struct pool_hook *) pool_hook;

void hook_set(const struct pool_hook *hook)
{
    atomic_store_explicit(&pool_hook, hook, memory_order_release);
    mode_set(MODE_HOOKED, hook != NULL);
}
