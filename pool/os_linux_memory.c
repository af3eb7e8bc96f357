/* os_linux_memory.c - /proc/self/maps and /proc/self/pagemap, read without malloc. */
#include "pool/os_threads.h"

#include "pool/util.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    LINE_BYTES = 4096 + 256, /* a mapping's line with the longest path */
    BLOCK_PAGES = 8192,      /* entries read at once */
    HEXADECIMAL = 16,
};
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)

struct walk {
    os_memory_take *take;
    void *context;
    uintptr_t guard_end; /* of the inaccessible mapping seen last */
};

/* "7f00-7f01 rw-p 00000000 00:00 0   [stack]" */
static void take_line(const char *line, struct walk *walk)
{
    char *end;
    uintptr_t start = strtoull(line, &end, HEXADECIMAL);
    if (*end != '-')
        return;
    uintptr_t stop = strtoull(end + 1, &end, HEXADECIMAL);
    if (strncmp(end, " ---", 4) == 0)
        walk->guard_end = stop;
    if (strncmp(end, " rw", 3) != 0)
        return;
    enum os_memory kind = walk->guard_end == start ? OS_MEMORY_BEHIND_GUARD : OS_MEMORY_PLAIN;
    if (strstr(end, "[stack]") != NULL)
        kind = OS_MEMORY_FIRST_STACK;
    walk->take(start, stop, kind, walk->context);
}

bool os_memory_each(os_memory_take *take, void *context)
{
    static char bytes[LINE_BYTES]; /* one at a time */
    struct walk walk = {.take = take, .context = context};
    size_t length = 0;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    for (;;) {
        ssize_t got = read(file, bytes + length, sizeof bytes - 1 - length);
        if (got <= 0)
            break;
        length += (size_t)got;
        bytes[length] = 0;
        char *line = bytes;
        for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = 0;
            take_line(line, &walk);
        }
        length -= (size_t)(line - bytes);
        memmove(bytes, line, length);
        if (length == sizeof bytes - 1)
            length = 0; /* no line is so long */
    }
    (void)close(file);
    return true;
}

/* Linux 6.7: the kernel walks its page tables instead of telling of each page. */
struct scan {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t regions;
    uint64_t region_count;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_any;
    uint64_t return_mask;
};

struct region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

#define SCAN_PAGES   _IOWR('f', 16, struct scan)
#define SCAN_PRESENT (1u << 3)
#define SCAN_SWAPPED (1u << 4)

/* False: this kernel cannot. */
static bool scan(int file, uintptr_t *start, uintptr_t *end)
{
    struct region region = {.start = *end, .end = *end};
    struct scan scan = {
        .size = sizeof scan,
        .start = *start & ~(PAGE_BYTES - 1),
        .end = round_up(*end, PAGE_BYTES),
        .regions = (uintptr_t)&region,
        .region_count = 1,
        .category_any = SCAN_PRESENT | SCAN_SWAPPED,
        .return_mask = SCAN_PRESENT | SCAN_SWAPPED,
    };
    int found = ioctl(file, SCAN_PAGES, &scan);
    if (found < 0)
        return false;
    if (found == 0)
        region.start = region.end = *end;
    *start = region.start > *start ? region.start : *start;
    *end = region.end < *end ? region.end : *end;
    return true;
}

/* The bits of each page, until some are there. False: unknown. */
static bool read_bits(int file, uintptr_t *start, uintptr_t *end)
{
    static uint64_t bits[BLOCK_PAGES]; /* one at a time */
    while (*start < *end) {
        size_t pages = (*end - *start + PAGE_BYTES - 1) / PAGE_BYTES;
        size_t first = 0;
        pages = pages < BLOCK_PAGES ? pages : BLOCK_PAGES;
        if (pread(file, bits, pages * sizeof bits[0],
                  (off_t)(*start / PAGE_BYTES * sizeof bits[0])) !=
            (ssize_t)(pages * sizeof bits[0]))
            return false;
        while (first < pages && (bits[first] & (PAGE_PRESENT | PAGE_SWAPPED)) == 0)
            first++;
        *start = (*start & ~(PAGE_BYTES - 1)) + first * PAGE_BYTES;
        size_t last = first;
        while (last < pages && (bits[last] & (PAGE_PRESENT | PAGE_SWAPPED)) != 0)
            last++;
        if (last == first)
            continue;
        uintptr_t stop = *start + (last - first) * PAGE_BYTES;
        *end = stop < *end ? stop : *end;
        return true;
    }
    return true;
}

uintptr_t os_memory_present(uintptr_t *start, uintptr_t end)
{
    int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    uintptr_t first = *start;
    uintptr_t stop = end;
    if (file >= 0 && (scan(file, start, &stop) || read_bits(file, start, &stop))) {
        (void)close(file);
        *start = *start > first ? *start : first;
        return stop;
    }
    if (file >= 0)
        (void)close(file);
    *start = first; /* all of it, then */
    return end;
}
