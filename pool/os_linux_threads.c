/* os_linux_threads.c - parking by signal 33, which the C library keeps for itself and lets nobody
 * block: threads that block every signal stop, too. Its own use of it, setuid in a program of
 * several threads, waits meanwhile. */
#include "pool/os_threads.h"

#include "pool/os.h"
#include "pool/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    SIGNAL = 33,
    STOP_MS = 2000, /* for a thread to come; then it is not waited for */
    ROUNDS_MAX = 16,
    DECIMAL = 10,
    ENTRIES_BYTES = 4096,
};

/* As the kernel takes it. */
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

struct directory_entry {
    uint64_t inode;
    int64_t next;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

static struct {
    struct os_stopped *threads;
    size_t capacity;
    _Atomic size_t count; /* that asked for a place */
    _Atomic size_t parked;
    _Atomic uint32_t is_stopped;
    bool has_all;
    struct kernel_action before;
} world;

/* In a thread of a sanitizer's own, too: those may not be told of anything. */
__attribute__((no_sanitize("thread"))) static void park(int signal)
{
    int saved = errno;
    (void)signal;
    size_t place = atomic_fetch_add(&world.count, 1);
    if (atomic_load(&world.is_stopped) != 0 && place < world.capacity) {
        world.threads[place] = (struct os_stopped){
            .thread = (uint32_t)syscall(SYS_gettid),
            .sp = (uintptr_t)__builtin_frame_address(0),
            .self = (uintptr_t)pthread_self(),
        };
        atomic_fetch_add(&world.parked, 1);
        while (atomic_load(&world.is_stopped) != 0)
            (void)syscall(SYS_futex, &world.is_stopped, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
        atomic_fetch_sub(&world.parked, 1);
    }
    errno = saved;
}

/* The C library refuses this signal. The way back from a handler is taken from one of its own. */
static bool take_signal(void)
{
    struct kernel_action action = {.handler = NULL};
    if (syscall(SYS_rt_sigaction, SIGSEGV, NULL, &action, sizeof action.mask) != 0 ||
        syscall(SYS_rt_sigaction, SIGNAL, NULL, &world.before, sizeof action.mask) != 0)
        return false;
    const unsigned long restorer_bit = 0x04000000;
    unsigned long restores = action.flags & restorer_bit;
#if defined(__x86_64__)
    if (restores == 0)
        return false; /* nobody has a handler: there is no way back */
#endif
    action = (struct kernel_action){.handler = park,
                                    .flags = restores | SA_RESTART,
                                    .restorer = action.restorer,
                                    .mask = UINT64_MAX};
    return syscall(SYS_rt_sigaction, SIGNAL, &action, NULL, sizeof action.mask) == 0;
}

static bool is_known(uint32_t thread, const uint32_t *asked, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (asked[i] == thread)
            return true;
    return false;
}

/* Sends the signal to those not asked yet; how many are asked now. No malloc, so no readdir. */
static size_t ask_all(int directory, uint32_t *asked, size_t count, size_t capacity)
{
    _Alignas(8) char bytes[ENTRIES_BYTES];
    long got;
    (void)lseek(directory, 0, SEEK_SET);
    while ((got = syscall(SYS_getdents64, directory, bytes, sizeof bytes)) > 0)
        for (long at = 0; at < got;) {
            const struct directory_entry *entry = (const void *)(bytes + at);
            uint32_t thread = (uint32_t)strtoul(entry->name, NULL, DECIMAL);
            at += entry->bytes;
            if (thread == 0 || thread == os_thread_id() || is_known(thread, asked, count) ||
                count == capacity)
                continue;
            if (syscall(SYS_tgkill, getpid(), thread, SIGNAL) == 0)
                asked[count++] = thread;
        }
    return count;
}

static void nap(void)
{
    const struct timespec time = {.tv_nsec = 200000};
    (void)nanosleep(&time, NULL);
}

/* A thread that ended on the way never comes: nobody is asked twice, so the task is looked for. */
static bool await(const uint32_t *asked, size_t count)
{
    uint64_t start = os_clock_ms();
    while (atomic_load(&world.parked) < count) {
        size_t alive = 0;
        for (size_t i = 0; i < count; i++)
            alive += syscall(SYS_tgkill, getpid(), asked[i], 0) == 0;
        if (atomic_load(&world.parked) >= alive)
            return true;
        if (os_clock_ms() - start > STOP_MS)
            return false;
        nap();
    }
    return true;
}

bool os_threads_stop(struct os_stopped *threads, size_t capacity, size_t *count)
{
    uint32_t *asked = os_table(capacity * sizeof *asked);
    int directory = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool has_all = asked != NULL && directory >= 0 && take_signal();
    world.threads = threads;
    world.capacity = capacity;
    atomic_store(&world.count, 0);
    atomic_store(&world.parked, 0);
    atomic_store(&world.is_stopped, 1);
    size_t known = 0;
    for (unsigned round = 0; has_all && round < ROUNDS_MAX; round++) {
        size_t now = ask_all(directory, asked, known, capacity);
        if (now == known && round > 0)
            break; /* nobody was made meanwhile */
        known = now;
        has_all = await(asked, known) && known < capacity;
    }
    if (directory >= 0)
        (void)close(directory);
    if (asked != NULL)
        os_release(asked, capacity * sizeof *asked);
    *count = atomic_load(&world.parked);
    world.has_all = has_all;
    return has_all;
}

void os_threads_go(void)
{
    uint64_t start = os_clock_ms();
    atomic_store(&world.is_stopped, 0);
    (void)syscall(SYS_futex, &world.is_stopped, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
    while (atomic_load(&world.parked) > 0 && os_clock_ms() - start < STOP_MS)
        nap();
    /* Whom the signal has yet to reach must not meet the C library's handler. */
    if (world.has_all)
        (void)syscall(SYS_rt_sigaction, SIGNAL, &world.before, NULL, sizeof world.before.mask);
}
