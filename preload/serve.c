#include "preload/serve.h"

#include "pool/hook.h"
#include "pool/pool.h"
#include "preload/bootstrap.h"
#include "preload/engine.h"
#include "preload/module_tag.h"
#include "preload/plain.h"
#include "verifier/special.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

static void *refuse(void)
{
    errno = ENOMEM;
    return NULL;
}

static void *from_bootstrap(size_t size_bytes, size_t alignment)
{
    if (engine_mood == ENGINE_FAILS_ONCE) {
        engine_mood = ENGINE_OUTSIDE;
        return refuse();
    }
    void *block = bootstrap_allocate(size_bytes, alignment);
    return block != NULL ? block : refuse();
}

static void *from_engine(const struct request *request)
{
    const struct pool_hook *hook = hook_current();
    void *block = NULL;
    if (LIKELY(hook != NULL) && LIKELY(hook->allocate(request, &block)))
        return block;
    return plain_allocate(request);
}

void *serve_allocate(struct request request)
{
    if (UNLIKELY(request.size_bytes > PTRDIFF_MAX))
        return refuse();
    if (UNLIKELY(!engine_enter()))
        return from_bootstrap(request.size_bytes, (size_t)1 << request.alignment_log2);
    request.kind = POOL_NONPAGED;
    request.is_malloc = true;
    request.tag = module_tag(((const uintptr_t *)request.frame)[1]);
    void *block = from_engine(&request);
    engine_leave();
    return LIKELY(block != NULL) ? block : refuse();
}

void serve_fail_next(void)
{
    if (engine_mood == ENGINE_OUTSIDE)
        engine_mood = ENGINE_FAILS_ONCE;
}

static void to_engine(const struct release *release)
{
    const struct pool_hook *hook = hook_current();
    if (LIKELY(hook != NULL) && LIKELY(hook->free(release)))
        return;
    if (!plain_free(release))
        pool_free(release); /* raises: never allocated */
}

void serve_free(const struct release *release)
{
    if (release->address == NULL)
        return;
    if (UNLIKELY(bootstrap_has(release->address))) {
        bootstrap_free(release->address);
        return;
    }
    if (engine_mood == ENGINE_FAILS_ONCE)
        engine_mood = ENGINE_OUTSIDE;
    if (UNLIKELY(!engine_enter()))
        return; /* from inside a report, which frees nothing of the program's */
    to_engine(release);
    engine_leave();
}

static bool is_block(const void *address, size_t *size_bytes)
{
    if (UNLIKELY(bootstrap_has(address))) {
        *size_bytes = bootstrap_size(address);
        return true;
    }
    return special_size(address, size_bytes) || plain_size(address, size_bytes);
}

void *serve_resize(void *address, size_t size_bytes, const void *frame)
{
    size_t old_bytes = 0;
    struct request request = {.size_bytes = size_bytes, .frame = frame};
    struct release release = {.address = address, .is_malloc = true, .frame = frame};
    if (UNLIKELY(!is_block(address, &old_bytes))) {
        serve_free(&release); /* raises what is wrong */
        return refuse();
    }
    void *block = serve_allocate(request);
    if (UNLIKELY(block == NULL))
        return NULL;
    memcpy(block, address, old_bytes < size_bytes ? old_bytes : size_bytes);
    serve_free(&release);
    return block;
}

size_t serve_size(const void *address)
{
    size_t size_bytes = 0;
    return address != NULL && is_block(address, &size_bytes) ? size_bytes : 0;
}
