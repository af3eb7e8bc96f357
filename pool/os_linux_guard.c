#include "pool/os_guard.h"

#include "pool/os_file.h"
#include "pool/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <valgrind/valgrind.h>

/* Younger than the headers of the distributions we build on. */
#define GUARD_INSTALL   102
#define GUARD_REMOVE    103
#define DONTNEED_LOCKED 24
#define POPULATE_WRITE  23
#define PIDFD_SELF      (-10000) /* since Linux 6.14; a child's is its own */
#define USER_MODE_ONLY  1
#define FEATURE_MOVE    (UINT64_C(1) << 16)
#define MODE_DONTWAKE   1u
#if !defined(SYS_process_madvise) /* since Linux 5.10 */
#define SYS_process_madvise 440
#endif
#define MAP_LIMIT_DEFAULT 65530
#define FILL_BYTES        ((size_t)64 * 1024)
#define AGAIN_MAX         64 /* a page that is being migrated is busy for a moment */

struct move_arguments {
    uint64_t to;
    uint64_t from;
    uint64_t bytes;
    uint64_t mode;
    int64_t moved;
};
#define IOCTL_MOVE _IOWR(UFFDIO, 0x05, struct move_arguments)

static const unsigned char zeroes[FILL_BYTES] __attribute__((aligned(4096)));

static int open_with(uint64_t features)
{
    int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
    struct uffdio_api api = {.api = UFFD_API, .features = features};
    if (uffd < 0)
        return -1;
    if (ioctl(uffd, UFFDIO_API, &api) == 0)
        return uffd;
    close(uffd);
    return -1;
}

int os_uffd_open(bool *can_move)
{
    int saved = errno;
    *can_move = false;
    if (RUNNING_ON_VALGRIND) /* it knows neither the call nor its faults */
        return -1;
    int uffd = open_with(UFFD_FEATURE_SIGBUS | FEATURE_MOVE);
    *can_move = uffd >= 0;
    if (uffd < 0)
        uffd = open_with(UFFD_FEATURE_SIGBUS);
    if (uffd >= 0)
        uffd = os_descriptor_raise(uffd);
    errno = saved;
    return uffd;
}

/* Asked a second time, a userfaultfd says EINVAL; what is none knows no such call. */
bool os_uffd_is_open(int uffd)
{
    int saved = errno;
    struct uffdio_api api = {.api = UFFD_API};
    bool is_open = ioctl(uffd, UFFDIO_API, &api) == 0 || errno == EINVAL || errno == EPERM;
    errno = saved;
    return is_open;
}

volatile uint32_t *os_fork_mark(void)
{
    int saved = errno;
    uint32_t *mark =
        mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mark != MAP_FAILED && madvise(mark, PAGE_BYTES, MADV_WIPEONFORK) != 0) {
        munmap(mark, PAGE_BYTES);
        mark = MAP_FAILED;
    }
    errno = saved;
    if (mark == MAP_FAILED)
        return NULL;
    *mark = 1;
    return mark;
}

void os_uffd_close(int uffd)
{
    int saved = errno;
    close(uffd);
    errno = saved;
}

bool os_uffd_register(int uffd, void *start, size_t bytes)
{
    int saved = errno;
    struct uffdio_register range = {.range = {(uintptr_t)start, bytes},
                                    .mode = UFFDIO_REGISTER_MODE_MISSING};
    bool done = ioctl(uffd, UFFDIO_REGISTER, &range) == 0;
    errno = saved;
    return done;
}

/* Copies one stretch; a page that is there already (a reader came first) is dropped and tried
 * again. */
static bool fill_stretch(int uffd, unsigned char *start, size_t bytes)
{
    size_t done = 0;
    for (unsigned again = 0; done < bytes && again < AGAIN_MAX; again++) {
        struct uffdio_copy copy = {.dst = (uintptr_t)start + done,
                                   .src = (uintptr_t)zeroes,
                                   .len = bytes - done,
                                   .mode = UFFDIO_COPY_MODE_DONTWAKE};
        if (ioctl(uffd, UFFDIO_COPY, &copy) == 0)
            return true;
        if (copy.copy > 0)
            done += (size_t)copy.copy;
        else if (errno == EEXIST)
            os_drop(start + done, bytes - done);
        else if (errno != EAGAIN)
            return false;
    }
    return done == bytes;
}

bool os_uffd_fill(int uffd, void *start, size_t bytes)
{
    int saved = errno;
    bool done = true;
    unsigned char *at = start;
    while (done && bytes > 0) {
        size_t stretch = bytes < FILL_BYTES ? bytes : FILL_BYTES;
        done = fill_stretch(uffd, at, stretch);
        at += stretch;
        bytes -= stretch;
    }
    errno = saved;
    return done;
}

static bool is_present(void *page)
{
    unsigned char there = 0;
    return mincore(page, PAGE_BYTES, &there) == 0 && (there & 1) != 0;
}

/* Beside memory compaction Linux 6.18 moves the page and then tries once more itself, and says that
 * the target is taken: by that page, if the source is empty. */
static bool has_moved(unsigned char *to, unsigned char *from)
{
    return errno == EEXIST && !is_present(from) && is_present(to);
}

bool os_uffd_move(int uffd, void *to, void *from, size_t bytes)
{
    int saved = errno;
    size_t done = 0;
    for (unsigned again = 0; done < bytes && again < AGAIN_MAX; again++) {
        struct move_arguments move = {.to = (uintptr_t)to + done,
                                      .from = (uintptr_t)from + done,
                                      .bytes = bytes - done,
                                      .mode = MODE_DONTWAKE};
        if (ioctl(uffd, IOCTL_MOVE, &move) == 0)
            done = bytes;
        else if (move.moved > 0)
            done += (size_t)move.moved;
        else if (has_moved((unsigned char *)to + done, (unsigned char *)from + done))
            done += PAGE_BYTES;
        else if (errno != EAGAIN)
            break;
    }
    errno = saved;
    return done == bytes;
}

/* Locked pages take no guard: they are unlocked first, which nobody who loses them can mind. */
bool os_guard_install(void *start, size_t bytes)
{
    int saved = errno;
    bool done = madvise(start, bytes, GUARD_INSTALL) == 0;
    if (UNLIKELY(!done) && errno == EINVAL && munlock(start, bytes) == 0)
        done = madvise(start, bytes, GUARD_INSTALL) == 0;
    errno = saved;
    return done;
}

bool os_guard_remove(void *start, size_t bytes)
{
    int saved = errno;
    bool done = madvise(start, bytes, GUARD_REMOVE) == 0;
    errno = saved;
    return done;
}

static bool advise_all(const struct iovec *pages, size_t count, int advice)
{
    if (RUNNING_ON_VALGRIND) /* it does not know the call, and says so each time */
        return false;
    return syscall(SYS_process_madvise, PIDFD_SELF, pages, count, advice, 0) ==
           (ssize_t)(count * PAGE_BYTES);
}

bool os_guard_remove_ahead(void *const *pages, size_t count)
{
    struct iovec each[OS_AHEAD_MAX] = {{NULL, 0}};
    int saved = errno;
    for (size_t i = 0; i < count; i++)
        each[i] = (struct iovec){.iov_base = pages[i], .iov_len = PAGE_BYTES};
    bool done = advise_all(each, count, GUARD_REMOVE) && advise_all(each, count, POPULATE_WRITE);
    for (size_t i = 0; !done && i < count; i++)
        (void)madvise(pages[i], PAGE_BYTES, GUARD_INSTALL);
    errno = saved;
    return done;
}

bool os_drop(void *start, size_t bytes)
{
    int saved = errno;
    bool done = madvise(start, bytes, MADV_DONTNEED) == 0;
    if (UNLIKELY(!done) && errno == EINVAL)
        done = madvise(start, bytes, DONTNEED_LOCKED) == 0;
    if (UNLIKELY(!done) && errno == EINVAL && munlock(start, bytes) == 0)
        done = madvise(start, bytes, MADV_DONTNEED) == 0;
    errno = saved;
    return done;
}

static bool refuses_to_read(int descriptor, const void *page)
{
    VALGRIND_DISABLE_ERROR_REPORTING; /* it would say so, too */
    bool is_dead = write(descriptor, page, 1) < 0 && errno == EFAULT;
    VALGRIND_ENABLE_ERROR_REPORTING;
    return is_dead;
}

/* A system call is told EFAULT where the program itself would be stopped. */
bool os_is_dead(const void *page)
{
    int saved = errno;
    int ends[2];
    bool is_dead = false;
    if (pipe2(ends, O_CLOEXEC) == 0) {
        is_dead = refuses_to_read(ends[1], page);
        close(ends[0]);
        close(ends[1]);
    }
    errno = saved;
    return is_dead;
}

void os_no_huge_pages(void *start, size_t bytes)
{
    int saved = errno;
    madvise(start, bytes, MADV_NOHUGEPAGE);
    errno = saved;
}

size_t os_map_limit(void)
{
    char digits[24];
    size_t limit = 0;
    int saved = errno;
    int file = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, digits, sizeof digits);
    if (file >= 0)
        close(file);
    for (ssize_t i = 0; i < length && digits[i] >= '0' && digits[i] <= '9'; i++)
        limit = limit * 10 + (size_t)(digits[i] - '0');
    errno = saved;
    return limit > 0 ? limit : MAP_LIMIT_DEFAULT;
}
