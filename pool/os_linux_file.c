#include "pool/os_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE_OF_NEW = 0644 };

static const char *map(int file, size_t *bytes)
{
    struct stat state;
    if (fstat(file, &state) != 0 || state.st_size <= 0)
        return NULL;
    void *start = mmap(NULL, (size_t)state.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    *bytes = (size_t)state.st_size;
    return start == MAP_FAILED ? NULL : start;
}

const char *os_file_map(const char *path, size_t *bytes, bool *exists)
{
    int saved = errno;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *exists = file >= 0;
    const char *start = file >= 0 ? map(file, bytes) : NULL;
    if (file >= 0)
        close(file);
    errno = saved;
    return start;
}

bool os_file_append(const char *path, const char *bytes, size_t length)
{
    int saved = errno;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, MODE_OF_NEW);
    bool is_written = file >= 0 && write(file, bytes, length) == (ssize_t)length;
    if (file >= 0)
        close(file);
    errno = saved;
    return is_written;
}

int os_descriptor_copy(int descriptor)
{
    enum { NUMBERS_MAX = 1024, SPARE = 16 }; /* a table of a thousand costs nothing */
    int saved = errno;
    struct rlimit limit = {.rlim_cur = 0};
    getrlimit(RLIMIT_NOFILE, &limit);
    int numbers = limit.rlim_cur < NUMBERS_MAX ? (int)limit.rlim_cur : NUMBERS_MAX;
    bool is_wide = numbers >= 2 * SPARE;
    int copy = is_wide ? fcntl(descriptor, F_DUPFD_CLOEXEC, numbers - SPARE) : -1;
    errno = saved;
    return copy;
}

int os_descriptor_raise(int descriptor)
{
    int high = os_descriptor_copy(descriptor);
    if (high < 0)
        return descriptor;
    close(descriptor);
    return high;
}
