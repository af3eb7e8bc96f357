/* os_linux_pager.c - /proc/self/mem, which a debugger writes through: the only way to fill a page
 * before anybody else can see it. The descriptor speaks of the process that opened it, so a forked
 * child opens its own. */
#include "pool/os_pager.h"

#include "pool/os.h"
#include "pool/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* Process in the upper half, descriptor in the lower, in one word; 0: not open. */
static _Atomic uint64_t opened;

static int descriptor_here(void)
{
    uint64_t now = atomic_load(&opened);
    uint64_t process = os_process_id();
    if (now >> 32 == process)
        return (int)(uint32_t)now;
    int file = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    if (file < 0)
        return -1;
    if (atomic_compare_exchange_strong(&opened, &now, process << 32 | (uint32_t)file))
        return file;
    close(file); /* another thread was faster */
    return (int)(uint32_t)atomic_load(&opened);
}

bool os_peek(void *to, const void *from, size_t bytes)
{
    int saved = errno;
    int file = descriptor_here();
    bool done = file >= 0 && pread(file, to, bytes, (off_t)(uintptr_t)from) == (ssize_t)bytes;
    errno = saved;
    return done;
}

bool os_poke(void *to, const void *from, size_t bytes)
{
    int saved = errno;
    int file = descriptor_here();
    bool done = file >= 0 && pwrite(file, from, bytes, (off_t)(uintptr_t)to) == (ssize_t)bytes;
    errno = saved;
    return done;
}

bool os_can_peek(void)
{
    static const char word[] = "expool";
    char seen[sizeof word];
    void *page = os_reserve(PAGE_BYTES, PAGE_BYTES);
    if (page == NULL)
        return false;
    bool done = os_poke(page, word, sizeof word) && os_peek(seen, page, sizeof seen) &&
                memcmp(seen, word, sizeof word) == 0;
    os_release(page, PAGE_BYTES);
    return done;
}

void os_secret_again(void *start, size_t bytes)
{
    int saved = errno;
    (void)madvise(start, bytes, MADV_DONTDUMP);
    (void)mlock(start, bytes); /* by RLIMIT_MEMLOCK: then it could be swapped, no more */
    errno = saved;
}

void *os_secret(size_t bytes)
{
    void *start = os_table(bytes);
    if (start != NULL)
        os_secret_again(start, bytes);
    return start;
}

bool os_random_bytes(void *bytes, size_t count)
{
    int saved = errno;
    bool done = getrandom(bytes, count, 0) == (ssize_t)count;
    errno = saved;
    return done;
}
