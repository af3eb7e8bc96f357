#include "pool/os.h"

#include "pool/mix.h"
#include "pool/util.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FIRST_STACK_BYTES ((size_t)128 << 20)

enum {
    MS_PER_SECOND = 1000,
    NS_PER_MS = 1000000,
    EXIT_NO_ROOM = 125,
    EXIT_ABORTED = 134, /* as a shell tells SIGABRT */
    TABLES_MAX = 512
};

static _Thread_local uint32_t thread_id TLS_FAST;
_Thread_local struct os_stack os_stack_own;

void *os_reserve(size_t bytes, size_t alignment)
{
    size_t spare = alignment > PAGE_BYTES ? alignment : 0;
    if (bytes + spare < bytes)
        return NULL;
    char *start =
        mmap(NULL, bytes + spare, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    size_t front = spare == 0 ? 0 : round_up((uintptr_t)start, alignment) - (uintptr_t)start;
    if (front > 0)
        munmap(start, front);
    if (spare - front > 0)
        munmap(start + front + bytes, spare - front);
    return start + front;
}

/* | start | end |, 0 for a free place; what finds none is not remembered. */
static struct {
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
} tables[TABLES_MAX];

static void remember_table(uintptr_t start, size_t bytes)
{
    for (unsigned i = 0; i < TABLES_MAX; i++) {
        uintptr_t none = 0;
        if (!atomic_compare_exchange_strong(&tables[i].start, &none, start))
            continue;
        atomic_store(&tables[i].end, start + bytes);
        return;
    }
}

static void forget_table(uintptr_t start)
{
    for (unsigned i = 0; i < TABLES_MAX; i++)
        if (atomic_load_explicit(&tables[i].start, memory_order_relaxed) == start) {
            atomic_store(&tables[i].end, 0);
            atomic_store(&tables[i].start, 0);
        }
}

bool os_table_range(unsigned index, uintptr_t *start, uintptr_t *end)
{
    if (index >= TABLES_MAX)
        return false;
    *start = atomic_load(&tables[index].start);
    *end = atomic_load(&tables[index].end);
    if (*end < *start)
        *end = *start;
    return true;
}

void os_release(void *start, size_t bytes)
{
    forget_table((uintptr_t)start);
    munmap(start, bytes);
}

void *os_table(size_t bytes)
{
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    remember_table((uintptr_t)start, round_up(bytes, PAGE_BYTES));
    return start;
}

void *os_needed_table(size_t bytes)
{
    static const char message[] = "expool: no address space for its tables (ulimit -v, -d?)\n";
    void *start = os_table(bytes);
    if (start == NULL) {
        os_write(STDERR_FILENO, message, sizeof message - 1);
        os_exit_now(EXIT_NO_ROOM);
    }
    return start;
}

bool os_allow(void *start, size_t bytes, bool executable)
{
    int protection = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
    return mprotect(start, bytes, protection) == 0;
}

bool os_deny(void *start, size_t bytes)
{
    return mprotect(start, bytes, PROT_NONE) == 0;
}

bool os_freeze(void *start, size_t bytes)
{
    return mprotect(start, bytes, PROT_READ) == 0;
}

bool os_discard(void *start, size_t bytes)
{
    enum { DONTNEED_LOCKED = 24 }; /* Linux 5.18; the other refuses what mlock has locked */
    return madvise(start, bytes, MADV_DONTNEED) == 0 || madvise(start, bytes, DONTNEED_LOCKED) == 0;
}

void os_write(int descriptor, const char *bytes, size_t length)
{
    int saved = errno;
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        bytes += written;
        length -= (size_t)written;
    }
    errno = saved;
}

void os_yield(void)
{
    sched_yield();
}

/* The first process of a container is not ended by signals that it sends itself: abort would go on
 * to an instruction that faults, which we would report. */
_Noreturn void os_abort(void)
{
    if (getpid() == 1)
        _exit(EXIT_ABORTED);
    abort();
}

_Noreturn void os_exit_now(int status)
{
    _exit(status);
}

void os_at_exit(os_exit_teller *tell)
{
    (void)on_exit(tell, NULL);
}

uint32_t os_process_id(void)
{
    return (uint32_t)getpid();
}

uint32_t os_thread_id(void)
{
    if (thread_id == 0)
        thread_id = (uint32_t)syscall(SYS_gettid);
    return thread_id;
}

uint64_t os_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * MS_PER_SECOND + (uint64_t)now.tv_nsec / NS_PER_MS;
}

uint64_t os_random(void)
{
    uint64_t value = 0;
    if (getrandom(&value, sizeof value, GRND_NONBLOCK) == (ssize_t)sizeof value)
        return value;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_nsec * MIX_FACTOR ^ (uintptr_t)&value;
}

uint64_t os_ram_bytes(void)
{
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

unsigned os_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

/* The first thread's stack without reading /proc: the loader knows its top. It grows as far as the
 * limit says; no other memory is put nearer than FIRST_STACK_BYTES, whatever the limit. */
static bool first_stack_bounds(void)
{
#ifdef __GLIBC__
    extern void *__libc_stack_end; /* NOLINT(readability-identifier-naming): its name */
    if (getpid() != (pid_t)os_thread_id() || __libc_stack_end == NULL)
        return false;
    uintptr_t high = (uintptr_t)__libc_stack_end;
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    getrlimit(RLIMIT_STACK, &limit);
    uintptr_t bytes = limit.rlim_cur < FIRST_STACK_BYTES ? limit.rlim_cur : FIRST_STACK_BYTES;
    os_stack_own = (struct os_stack){high - bytes, high};
    return true;
#else
    return false;
#endif
}

bool os_stack_find(void)
{
    pthread_attr_t attributes;
    void *start = NULL;
    size_t bytes = 0;
    if (first_stack_bounds())
        return true;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    pthread_attr_getstack(&attributes, &start, &bytes);
    pthread_attr_destroy(&attributes);
    os_stack_own = (struct os_stack){(uintptr_t)start, (uintptr_t)start + bytes};
    return true;
}

const char *os_environment(const char *name, bool *is_refused)
{
    const char *value = getenv(name);
    *is_refused = value != NULL && getauxval(AT_SECURE) != 0;
    return *is_refused ? NULL : value;
}

ptrdiff_t os_read_file(const char *path, char *bytes, size_t capacity)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ptrdiff_t length = 0;
    if (file < 0)
        return -1;
    while ((size_t)length < capacity) {
        ssize_t got = read(file, bytes + length, capacity - (size_t)length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            length = got < 0 ? -1 : length;
            break;
        }
        length += got;
    }
    close(file);
    return length;
}

size_t os_working_directory(char *bytes, size_t capacity)
{
    return getcwd(bytes, capacity) != NULL ? strlen(bytes) : 0;
}

void os_forget_thread(void)
{
    thread_id = 0;
}

__attribute__((constructor(101))) static void os_start(void)
{
    pthread_atfork(NULL, NULL, os_forget_thread);
}

_Noreturn void invariant_broken(const char *condition, const char *file, int line)
{
    char number[12];
    size_t at = sizeof number;
    number[--at] = '\n';
    do {
        number[--at] = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0 && at > 0);
    static const char *const part[] = {"expool: our own mistake, please report it: ", "", " at ",
                                       "", ":"};
    for (unsigned i = 0; i < COUNT_OF(part); i++) {
        const char *word = i == 1 ? condition : i == 3 ? file : part[i];
        os_write(STDERR_FILENO, word, __builtin_strlen(word));
    }
    os_write(STDERR_FILENO, number + at, sizeof number - at);
    abort();
}
