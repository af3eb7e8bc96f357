/* discard.c - madvise on the program's blocks. What it gives back of them reads as zero afterwards,
 * as the manual says, but the page stays: an empty one is a guard to us, and the patterns around
 * the block lie in its first and last page. */
#include "pool/util.h"
#include "verifier/special.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

enum { DONTNEED_LOCKED = 24 };

static int system_madvise(void *start, size_t bytes, int advice)
{
    return (int)syscall(SYS_madvise, start, bytes, advice);
}

/* The part of the stretch that is the block's. */
static void clear_within(const struct story *story, uintptr_t start, uintptr_t end)
{
    uintptr_t first = (uintptr_t)story->block;
    uintptr_t last = first + story->size_bytes;
    first = first > start ? first : start;
    last = last < end ? last : end;
    if (first < last)
        memset((void *)first, 0, (size_t)(last - first));
}

static void clear(uintptr_t start, uintptr_t end)
{
    while (start < end) {
        struct story story = {.is_live = false};
        uintptr_t next = start + PAGE_BYTES;
        if (special_tell((void *)start, &story) && story.is_live) {
            clear_within(&story, start, end);
            uintptr_t behind = (uintptr_t)story.window + story.window_bytes;
            next = behind > next ? behind : next;
        }
        start = next;
    }
}

PUBLIC int madvise(void *start, size_t bytes, int advice)
{
    bool is_ours = special_place(start) == SPECIAL_LIVE_PAGE && bytes <= PTRDIFF_MAX;
    if (LIKELY(!is_ours) || (uintptr_t)start % PAGE_BYTES != 0)
        return system_madvise(start, bytes, advice);
    switch (advice) {
    case MADV_DONTNEED:
    case DONTNEED_LOCKED: clear((uintptr_t)start, (uintptr_t)start + bytes); return 0;
    case MADV_FREE: return 0; /* at the system's leisure: never */
    default: return system_madvise(start, bytes, advice);
    }
}

/* What the engine itself calls under this name (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
int __wrap_madvise(void *start, size_t bytes, int advice);
int __wrap_madvise(void *start, size_t bytes, int advice)
{
    return system_madvise(start, bytes, advice);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
