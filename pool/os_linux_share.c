#include "pool/os_share.h"

#include "pool/os_file.h"
#include "pool/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool take(int descriptor, struct os_share *share)
{
    struct stat seen;
    share->descriptor = -1;
    if (descriptor < 0)
        return false;
    descriptor = os_descriptor_raise(descriptor);
    if (fstat(descriptor, &seen) != 0) {
        close(descriptor);
        return false;
    }
    *share = (struct os_share){descriptor, seen.st_dev, seen.st_ino};
    return true;
}

bool os_share_new(const char *name, size_t bytes, struct os_share *share)
{
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor >= 0 &&
        (ftruncate(descriptor, (off_t)bytes) != 0 ||
         fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)) {
        close(descriptor);
        descriptor = -1;
    }
    return take(descriptor, share);
}

bool os_share_open(const char *path, struct os_share *share)
{
    return take(open(path, O_RDWR | O_CLOEXEC), share);
}

void *os_share_map(const struct os_share *share, uint64_t offset, size_t bytes)
{
    void *start =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, share->descriptor, (off_t)offset);
    return start == MAP_FAILED ? NULL : start;
}

/* Page by page: those of zeroes are there already, and cost nothing until they are used. */
static bool write_pages(int descriptor, uint64_t offset, const unsigned char *from, size_t bytes)
{
    static const unsigned char zeroes[PAGE_BYTES];
    for (size_t at = 0; at < bytes; at += PAGE_BYTES) {
        bool is_zero = memcmp(from + at, zeroes, PAGE_BYTES) == 0;
        if (!is_zero &&
            pwrite(descriptor, from + at, PAGE_BYTES, (off_t)(offset + at)) != (ssize_t)PAGE_BYTES)
            return false;
    }
    return true;
}

bool os_share_page(const struct os_share *share, uint64_t offset, void *page, size_t bytes)
{
    if ((size_t)sysconf(_SC_PAGESIZE) != PAGE_BYTES ||
        !write_pages(share->descriptor, offset, page, bytes))
        return false;
    return mmap(page, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, share->descriptor,
                (off_t)offset) == page;
}

void os_share_close(struct os_share *share)
{
    struct stat seen;
    if (share->descriptor >= 0 && fstat(share->descriptor, &seen) == 0 &&
        seen.st_dev == share->device && seen.st_ino == share->inode)
        close(share->descriptor);
    share->descriptor = -1;
}

bool os_private_page(void *page, size_t bytes)
{
    return mmap(page, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                0) == page;
}

const char *os_program_name(void)
{
    return program_invocation_short_name;
}

uint64_t os_wall_clock_s(void)
{
    return (uint64_t)time(NULL);
}

uint32_t os_parent_process_id(void)
{
    return (uint32_t)getppid();
}
