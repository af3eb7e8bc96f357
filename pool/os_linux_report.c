/* os_linux_report.c - getting a report out of a process, and who it is. */
#include "pool/os_report.h"

#include "pool/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum {
    NOT_READY_MS = 10000, /* a reader that takes nothing for so long is given up */
    NS_PER_SECOND = 1000000000,
    NS_PER_MS = 1000000,
    MS_PER_SECOND = 1000,
    FILE_MODE = 0644,
    STATUS_BYTES = 2048,
};

static int write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
            if (poll(&ready, 1, NOT_READY_MS) <= 0)
                return EAGAIN;
        } else if (written < 0 && errno != EINTR) {
            return errno;
        } else if (written == 0) {
            return EIO;
        } else if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 0;
}

int os_write_out(int descriptor, const char *bytes, size_t length)
{
    int saved = errno;
    sigset_t pipe_signal;
    sigset_t before;
    sigset_t pending;
    const struct timespec at_once = {0, 0};
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    sigpending(&pending);
    int error = write_all(descriptor, bytes, length);
    /* One that we caused; one that waited already is the program's. */
    if (error == EPIPE && sigismember(&pending, SIGPIPE) == 0)
        sigtimedwait(&pipe_signal, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return error;
}

int os_open_append(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, FILE_MODE);
}

void os_close(int descriptor)
{
    int saved = errno;
    close(descriptor);
    errno = saved;
}

bool os_is_terminal(int descriptor)
{
    int saved = errno;
    bool is_terminal = isatty(descriptor) == 1;
    errno = saved;
    return is_terminal;
}

bool os_is_for_appending(int descriptor)
{
    struct stat status;
    int saved = errno;
    bool is_odd_file = fstat(descriptor, &status) == 0 && !S_ISREG(status.st_mode);
    int flags = fcntl(descriptor, F_GETFL);
    errno = saved;
    return is_odd_file || (flags >= 0 && (flags & O_APPEND) != 0);
}

bool os_file_identity(int descriptor, struct os_file_identity *identity)
{
    struct stat status;
    int saved = errno;
    bool is_file = fstat(descriptor, &status) == 0;
    errno = saved;
    if (is_file)
        *identity = (struct os_file_identity){status.st_dev, status.st_ino};
    return is_file;
}

size_t os_program_path(char *bytes, size_t capacity)
{
    int saved = errno;
    ssize_t length = capacity > 0 ? readlink("/proc/self/exe", bytes, capacity - 1) : 0;
    errno = saved;
    if (length <= 0)
        return 0;
    bytes[length] = 0;
    return (size_t)length;
}

size_t os_host_name(char *bytes, size_t capacity)
{
    struct utsname name;
    if (capacity == 0 || uname(&name) != 0)
        return 0;
    size_t length = strnlen(name.nodename, capacity - 1);
    memcpy(bytes, name.nodename, length);
    bytes[length] = 0;
    return length;
}

uint64_t os_time_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

const char *os_error_words(int error)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
    const char *words = strerrordesc_np(error);
    return words != NULL ? words : "unknown error";
#else
    return error == ENOSPC  ? "No space left on device"
           : error == EPIPE ? "Broken pipe"
                            : "system error";
#endif
}

bool os_thread_exists(uint32_t thread_id)
{
    int saved = errno;
    bool exists = syscall(SYS_tgkill, getpid(), (pid_t)thread_id, 0) == 0 || errno != ESRCH;
    errno = saved;
    return exists;
}

unsigned os_thread_count(void)
{
    enum { LINKS_OF_NONE = 2 }; /* the folder's own */
    struct stat tasks;
    int saved = errno;
    bool is_known = stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > LINKS_OF_NONE;
    errno = saved;
    return is_known ? (unsigned)tasks.st_nlink - LINKS_OF_NONE : 0;
}

void os_wait_ms(unsigned ms)
{
    int saved = errno;
    struct timespec time = {ms / MS_PER_SECOND, (long)(ms % MS_PER_SECOND) * NS_PER_MS};
    nanosleep(&time, NULL);
    errno = saved;
}

void os_admit_debugger(void)
{
    int saved = errno;
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    errno = saved;
}

bool os_has_debugger(void)
{
    static const char key[] = "\nTracerPid:\t";
    char bytes[STATUS_BYTES];
    long length = os_read_file("/proc/self/status", bytes, sizeof bytes - 1);
    bytes[length > 0 ? length : 0] = 0;
    const char *tracer = strstr(bytes, key);
    return tracer != NULL && tracer[sizeof key - 1] != '0';
}
