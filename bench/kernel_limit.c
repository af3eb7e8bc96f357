#include "bench/kernel_limit.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif
#ifndef UFFD_FEATURE_MOVE /* Linux 6.8; Debian 12's headers are of 6.1 */
#define UFFD_FEATURE_MOVE (1u << 16)
struct uffdio_move {
    uint64_t dst;
    uint64_t src;
    uint64_t len;
    uint64_t mode;
    int64_t move;
};
#define UFFDIO_MOVE               _IOWR(UFFDIO, 0x05, struct uffdio_move)
#define UFFDIO_MOVE_MODE_DONTWAKE 1u
#endif

enum {
    PAGE = 4096,
    STRIDE = 2 * PAGE,
    PLACES = 1 << 21, /* a thread: 16 GiB of addresses */
    RESTING = 16384,  /* places that are dead before the first is used again */
    READY_MAX = 1024,
};

struct cycle {
    unsigned char *base; /* NULL: not started */
    int uffd;
    uint32_t fresh;         /* places never used begin here */
    uint32_t dead[RESTING]; /* a ring */
    uint32_t dead_first;
    uint32_t dead_count;
    uint32_t ready[READY_MAX]; /* hold a page, belong to nobody */
    uint32_t ready_count;
};

static _Thread_local struct cycle mine;
static unsigned char zeros[PAGE] __attribute__((aligned(PAGE)));

_Noreturn static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static bool uses_mprotect(void)
{
    const char *cycle = getenv("BENCH_CYCLE");
    return cycle && strcmp(cycle, "mprotect") == 0;
}

static void open_uffd(struct cycle *cycle, size_t bytes)
{
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_SIGBUS | UFFD_FEATURE_MOVE};
    struct uffdio_register range = {.range = {(uintptr_t)cycle->base, bytes},
                                    .mode = UFFDIO_REGISTER_MODE_MISSING};
    cycle->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    if (cycle->uffd < 0 || ioctl(cycle->uffd, UFFDIO_API, &api) != 0 ||
        ioctl(cycle->uffd, UFFDIO_REGISTER, &range) != 0)
        give_up("userfaultfd with UFFDIO_MOVE");
}

static void start(struct cycle *cycle)
{
    bool is_mprotect = uses_mprotect();
    size_t bytes = (size_t)PLACES * STRIDE;
    int access = is_mprotect ? PROT_NONE : PROT_READ | PROT_WRITE;
    void *base = mmap(NULL, bytes, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        give_up("mmap");
    madvise(base, bytes, MADV_NOHUGEPAGE);
    cycle->base = base;
    cycle->uffd = -1;
    if (!is_mprotect)
        open_uffd(cycle, bytes);
}

static unsigned char *page_at(const struct cycle *cycle, uint32_t place)
{
    return cycle->base + (size_t)place * STRIDE;
}

/* The place that is dead for longest, or a new one; PLACES when there is none. */
static uint32_t next_place(struct cycle *cycle)
{
    if (cycle->dead_count < RESTING)
        return cycle->fresh < PLACES ? cycle->fresh++ : PLACES;
    uint32_t place = cycle->dead[cycle->dead_first++ % RESTING];
    cycle->dead_count--;
    return place;
}

static void rest(struct cycle *cycle, uint32_t place)
{
    cycle->dead[(cycle->dead_first + cycle->dead_count++) % RESTING] = place;
}

static bool open_page(const struct cycle *cycle, unsigned char *page)
{
    struct uffdio_copy copy = {.dst = (uintptr_t)page,
                               .src = (uintptr_t)zeros,
                               .len = PAGE,
                               .mode = UFFDIO_COPY_MODE_DONTWAKE};
    if (cycle->uffd < 0)
        return mprotect(page, PAGE, PROT_READ | PROT_WRITE) == 0;
    return ioctl(cycle->uffd, UFFDIO_COPY, &copy) == 0;
}

static bool close_page(const struct cycle *cycle, unsigned char *page)
{
    if (cycle->uffd < 0)
        return mprotect(page, PAGE, PROT_NONE) == 0;
    return madvise(page, PAGE, MADV_DONTNEED) == 0;
}

void *kernel_take(size_t bytes)
{
    struct cycle *cycle = &mine;
    uint32_t place;
    if (bytes > PAGE)
        return NULL;
    if (!cycle->base)
        start(cycle);
    if (cycle->ready_count > 0) {
        place = cycle->ready[--cycle->ready_count];
    } else {
        place = next_place(cycle);
        if (place == PLACES || !open_page(cycle, page_at(cycle, place)))
            return NULL;
    }
    return page_at(cycle, place) + PAGE - ((bytes + 15) & ~(size_t)15);
}

void kernel_give(void *block)
{
    struct cycle *cycle = &mine;
    uint32_t place = (uint32_t)(((uintptr_t)block - (uintptr_t)cycle->base) / STRIDE);
    unsigned char *page = page_at(cycle, place);
    if (cycle->uffd < 0 || cycle->ready_count == READY_MAX) {
        if (!close_page(cycle, page))
            give_up("closing a page");
        rest(cycle, place);
        return;
    }
    uint32_t next = next_place(cycle);
    struct uffdio_move move = {.dst = (uintptr_t)page_at(cycle, next),
                               .src = (uintptr_t)page,
                               .len = PAGE,
                               .mode = UFFDIO_MOVE_MODE_DONTWAKE};
    if (next == PLACES || ioctl(cycle->uffd, UFFDIO_MOVE, &move) != 0)
        give_up("UFFDIO_MOVE");
    cycle->ready[cycle->ready_count++] = next;
    rest(cycle, place);
}
