#include "preload/bootstrap.h"

#include "pool/os.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <string.h>

enum { HEAD_BYTES = 16 };
#define ARENA_BYTES ((size_t)16 << 20)

static _Atomic uintptr_t arena;
static _Atomic size_t top; /* bytes in use */

static uintptr_t arena_needed(void)
{
    uintptr_t start = atomic_load(&arena);
    if (start != 0)
        return start;
    void *made = os_table(ARENA_BYTES);
    if (made == NULL || atomic_compare_exchange_strong(&arena, &start, (uintptr_t)made))
        return (uintptr_t)made;
    os_release(made, ARENA_BYTES);
    return start;
}

void *bootstrap_allocate(size_t size_bytes, size_t alignment)
{
    uintptr_t start = arena_needed();
    size_t now = atomic_load(&top);
    size_t block;
    size_t end;
    alignment = alignment < HEAD_BYTES ? (size_t)HEAD_BYTES : alignment;
    if (start == 0 || size_bytes > ARENA_BYTES || alignment > ARENA_BYTES)
        return NULL;
    do {
        block = round_up(start + now + HEAD_BYTES, alignment) - start;
        end = round_up(block + size_bytes, HEAD_BYTES);
        if (end > ARENA_BYTES)
            return NULL;
    } while (!atomic_compare_exchange_weak(&top, &now, end));
    void *made = (void *)(start + block);
    ((size_t *)made)[-1] = size_bytes;
    memset(made, 0, size_bytes); /* its bytes may have been a block's before */
    return made;
}

bool bootstrap_range(uintptr_t *start, uintptr_t *end)
{
    *start = atomic_load(&arena);
    *end = *start + atomic_load(&top);
    return *end > *start;
}

bool bootstrap_has(const void *address)
{
    uintptr_t start = atomic_load_explicit(&arena, memory_order_relaxed);
    return start != 0 && (uintptr_t)address - start < ARENA_BYTES;
}

size_t bootstrap_size(const void *block)
{
    return ((const size_t *)block)[-1];
}

void bootstrap_free(void *block)
{
    size_t begin = (uintptr_t)block - atomic_load(&arena);
    size_t end = round_up(begin + bootstrap_size(block), HEAD_BYTES);
    atomic_compare_exchange_strong(&top, &end, begin - HEAD_BYTES);
}
