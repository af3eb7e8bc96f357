/* family.c - malloc and its relatives, as the manual of the C library has them: what is asked of
 * them is judged here, the blocks come from serve.c. malloc(0) is a block of its own that nobody
 * may touch; realloc always moves, so that an old pointer is a wrong one. */
#include "preload/serve.h"

#include "pool/util.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#define OWN_FRAME __builtin_frame_address(0)
#define PUBLIC    __attribute__((visibility("default")))

static bool is_power_of_two(size_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static void *fail(int error)
{
    errno = error;
    return NULL;
}

static void *allocate(size_t size, const void *frame)
{
    struct request request = {.size_bytes = size, .frame = frame};
    return serve_allocate(request);
}

PUBLIC void *malloc(size_t size)
{
    return allocate(size, OWN_FRAME);
}

PUBLIC void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return fail(ENOMEM);
    struct request request = {.size_bytes = bytes, .zero = true, .frame = OWN_FRAME};
    return serve_allocate(request);
}

static void release(void *block, const void *frame)
{
    struct release released = {.address = block, .is_malloc = true, .frame = frame};
    serve_free(&released);
}

PUBLIC void free(void *block)
{
    release(block, OWN_FRAME);
}

/* With a size of 0 the block is freed, as the C library does it. */
static void *resize(void *block, size_t size, const void *frame)
{
    if (block == NULL)
        return allocate(size, frame);
    if (size != 0)
        return serve_resize(block, size, frame);
    release(block, frame);
    return NULL;
}

PUBLIC void *realloc(void *block, size_t size)
{
    return resize(block, size, OWN_FRAME);
}

PUBLIC void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return fail(ENOMEM);
    return resize(block, bytes, OWN_FRAME);
}

/* The C library takes the next power of two for what is none. */
static void *aligned(size_t alignment, size_t size, const void *frame)
{
    if (alignment > SIZE_MAX / 2 + 1)
        return fail(EINVAL);
    size_t power = sizeof(void *) * 2;
    while (power < alignment)
        power *= 2;
    struct request request = {
        .size_bytes = size, .alignment_log2 = (uint8_t)__builtin_ctzll(power), .frame = frame};
    return serve_allocate(request);
}

PUBLIC void *memalign(size_t alignment, size_t size)
{
    return aligned(alignment, size, OWN_FRAME);
}

PUBLIC void *aligned_alloc(size_t alignment, size_t size)
{
    return aligned(alignment, size, OWN_FRAME);
}

PUBLIC int posix_memalign(void **block, size_t alignment, size_t size)
{
    int saved = errno;
    if (alignment % sizeof(void *) != 0 || !is_power_of_two(alignment))
        return EINVAL;
    void *served = aligned(alignment, size, OWN_FRAME);
    errno = saved;
    if (served == NULL)
        return ENOMEM;
    *block = served;
    return 0;
}

PUBLIC void *valloc(size_t size)
{
    return aligned(PAGE_BYTES, size, OWN_FRAME);
}

PUBLIC void *pvalloc(size_t size)
{
    if (size > PTRDIFF_MAX)
        return fail(ENOMEM);
    return aligned(PAGE_BYTES, round_up(size, PAGE_BYTES), OWN_FRAME);
}

PUBLIC size_t malloc_usable_size(void *block)
{
    return serve_size(block);
}
