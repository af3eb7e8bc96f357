/* transfer.c - memory handed to the system. Where the program itself would be stopped a system call
 * gets EFAULT, and nobody would hear of the mistake: when a call comes back so, its buffer is
 * touched as the system did, and the first byte that is no block's any more stops here, with the
 * caller's name. */
#include "preload/next.h"

#include "pool/util.h"
#include "verifier/special.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static struct {
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*pread)(int, void *, size_t, off_t);
    ssize_t (*recv)(int, void *, size_t, int);
    ssize_t (*recvfrom)(int, void *, size_t, int, __SOCKADDR_ARG, socklen_t *);
    ssize_t (*recvmsg)(int, struct msghdr *, int);
    ssize_t (*readv)(int, const struct iovec *, int);
    size_t (*fread)(void *, size_t, size_t, FILE *);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*pwrite)(int, const void *, size_t, off_t);
    ssize_t (*send)(int, const void *, size_t, int);
    ssize_t (*sendto)(int, const void *, size_t, int, __CONST_SOCKADDR_ARG, socklen_t);
    ssize_t (*sendmsg)(int, const struct msghdr *, int);
    ssize_t (*writev)(int, const struct iovec *, int);
    size_t (*fwrite)(const void *, size_t, size_t, FILE *);
} next;

/* The loader's first allocation starts the engine, and programs call these, before constructors. */
static void find_all(void)
{
    FIND(read);
    FIND(pread);
    FIND(recv);
    FIND(recvfrom);
    FIND(recvmsg);
    FIND(readv);
    FIND(fread);
    FIND(write);
    FIND(pwrite);
    FIND(send);
    FIND(sendto);
    FIND(sendmsg);
    FIND(writev);
    FIND(fwrite);
}

static inline void find_next(void)
{
    if (UNLIKELY(next.fwrite == NULL))
        find_all();
}

/* A program's first write may be a signal handler's, where the loader must not be asked. */
__attribute__((constructor(101))) static void find_early(void)
{
    find_next();
}

/* Does not come back from a page that is dead. */
static NOINLINE void touch(const void *start, size_t bytes, bool is_filled)
{
    volatile unsigned char *at = (volatile unsigned char *)(uintptr_t)start;
    if (bytes == 0 || bytes > PTRDIFF_MAX || special_place(start) == SPECIAL_ELSEWHERE)
        return;
    const volatile unsigned char *last = at + bytes - 1;
    for (;; at += PAGE_BYTES - (uintptr_t)at % PAGE_BYTES) {
        if (is_filled)
            touch_to_write(at);
        else
            (void)*at;
        if ((uintptr_t)last / PAGE_BYTES <= (uintptr_t)at / PAGE_BYTES)
            return;
    }
}

static bool is_refused(ssize_t result)
{
    return UNLIKELY(result < 0) && errno == EFAULT;
}

static ssize_t filled(ssize_t result, const void *start, size_t bytes)
{
    if (is_refused(result)) {
        touch(start, bytes, true);
        errno = EFAULT;
    }
    return result;
}

static ssize_t taken(ssize_t result, const void *start, size_t bytes)
{
    if (is_refused(result)) {
        touch(start, bytes, false);
        errno = EFAULT;
    }
    return result;
}

/* In the routine itself, which the report names: a call as its last act would take its frame. */
__attribute__((always_inline)) static inline ssize_t
listed(ssize_t result, const struct iovec *list, size_t count, bool is_filled)
{
    if (!is_refused(result) || count > IOV_MAX)
        return result;
    touch(list, count * sizeof *list, false);
    for (size_t i = 0; i < count; i++)
        touch(list[i].iov_base, list[i].iov_len, is_filled);
    errno = EFAULT;
    return result;
}

PUBLIC ssize_t read(int file, void *start, size_t bytes)
{
    find_next();
    return filled(next.read(file, start, bytes), start, bytes);
}

PUBLIC ssize_t pread(int file, void *start, size_t bytes, off_t at)
{
    find_next();
    return filled(next.pread(file, start, bytes, at), start, bytes);
}

PUBLIC ssize_t recv(int file, void *start, size_t bytes, int flags)
{
    find_next();
    return filled(next.recv(file, start, bytes, flags), start, bytes);
}

/* NOLINTNEXTLINE(readability-function-size): as the system has it */
PUBLIC ssize_t recvfrom(int file, void *start, size_t bytes, int flags, __SOCKADDR_ARG from,
                        socklen_t *length)
{
    find_next();
    return filled(next.recvfrom(file, start, bytes, flags, from, length), start, bytes);
}

PUBLIC ssize_t recvmsg(int file, struct msghdr *message, int flags)
{
    find_next();
    return listed(next.recvmsg(file, message, flags), message->msg_iov, message->msg_iovlen, true);
}

PUBLIC ssize_t readv(int file, const struct iovec *list, int count)
{
    find_next();
    return listed(next.readv(file, list, count), list, (size_t)count, true);
}

PUBLIC ssize_t write(int file, const void *start, size_t bytes)
{
    find_next();
    return taken(next.write(file, start, bytes), start, bytes);
}

PUBLIC ssize_t pwrite(int file, const void *start, size_t bytes, off_t at)
{
    find_next();
    return taken(next.pwrite(file, start, bytes, at), start, bytes);
}

PUBLIC ssize_t send(int file, const void *start, size_t bytes, int flags)
{
    find_next();
    return taken(next.send(file, start, bytes, flags), start, bytes);
}

/* NOLINTNEXTLINE(readability-function-size): as the system has it */
PUBLIC ssize_t sendto(int file, const void *start, size_t bytes, int flags, __CONST_SOCKADDR_ARG to,
                      socklen_t length)
{
    find_next();
    return taken(next.sendto(file, start, bytes, flags, to, length), start, bytes);
}

PUBLIC ssize_t sendmsg(int file, const struct msghdr *message, int flags)
{
    find_next();
    return listed(next.sendmsg(file, message, flags), message->msg_iov, message->msg_iovlen, false);
}

PUBLIC ssize_t writev(int file, const struct iovec *list, int count)
{
    find_next();
    return listed(next.writev(file, list, count), list, (size_t)count, false);
}

/* The C library hands long stretches on as they are. */
PUBLIC size_t fread(void *start, size_t size, size_t count, FILE *file)
{
    find_next();
    size_t done = next.fread(start, size, count, file);
    if (done < count && ferror(file) != 0)
        (void)filled(-1, start, size * count);
    return done;
}

PUBLIC size_t fwrite(const void *start, size_t size, size_t count, FILE *file)
{
    find_next();
    size_t done = next.fwrite(start, size, count, file);
    if (done < count && ferror(file) != 0)
        (void)taken(-1, start, size * count);
    return done;
}

/* The names that programs built with _FORTIFY_SOURCE or large files call. */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
PUBLIC ssize_t pread64(int file, void *start, size_t bytes, off_t at)
{
    return pread(file, start, bytes, at);
}

PUBLIC ssize_t pwrite64(int file, const void *start, size_t bytes, off_t at)
{
    return pwrite(file, start, bytes, at);
}

/* What the engine itself calls (the linker's --wrap): it asks on purpose what is dead. */
#define WRAP(name, number, pointer)                                                                \
    ssize_t __wrap_##name(int file, pointer start, size_t bytes);                                  \
    ssize_t __wrap_##name(int file, pointer start, size_t bytes)                                   \
    {                                                                                              \
        return syscall(number, file, start, bytes);                                                \
    }
#define WRAP_AT(name, number, pointer)                                                             \
    ssize_t __wrap_##name(int file, pointer start, size_t bytes, off_t at);                        \
    ssize_t __wrap_##name(int file, pointer start, size_t bytes, off_t at)                         \
    {                                                                                              \
        return syscall(number, file, start, bytes, at);                                            \
    }

WRAP(read, SYS_read, void *)
WRAP(write, SYS_write, const void *)
WRAP_AT(pread, SYS_pread64, void *)
WRAP_AT(pwrite, SYS_pwrite64, const void *)
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
