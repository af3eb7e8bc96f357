/* own_stack.c - pthread_getattr_np allocates while it holds the thread's lock, and an allocation's
 * stack is walked to where the thread's own ends, which we ask by the same routine, once a thread:
 * before it, not within it, or the thread waits for itself. */
#include "preload/engine.h"
#include "preload/next.h"

#include "pool/os.h"

#include <errno.h>
#include <pthread.h>

#define PUBLIC __attribute__((visibility("default")))

static int (*next)(pthread_t thread, pthread_attr_t *attributes);

static void find_next(void)
{
    if (next == NULL)
        *(void **)(void *)&next = next_routine("pthread_getattr_np");
}

PUBLIC int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    uintptr_t low;
    uintptr_t high;
    find_next();
    if (engine_enter()) {
        (void)os_stack_bounds(&low, &high);
        engine_leave();
    }
    return next == NULL ? ENOSYS : next(thread, attributes);
}

/* What the engine itself calls under this name (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    find_next();
    return next == NULL ? ENOSYS : next(thread, attributes);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
