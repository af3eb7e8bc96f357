#include "fuzz/seeded.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __clang__
#define UNSEEN __attribute__((no_sanitize("coverage")))
#else
#define UNSEEN
#endif

static struct seeded_counts own_counts; /* nobody wants to know */
static struct seeded_counts *counts = &own_counts;

UNSEEN static _Noreturn void trouble(const char *what)
{
    perror(what);
    _exit(2);
}

/* The file is made and measured by who wants the counts. */
__attribute__((constructor(101))) UNSEEN static void open_counts(void)
{
    const char *path = getenv("EXPOOL_SEEDED");
    if (path == NULL)
        return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        trouble("EXPOOL_SEEDED");
    void *mapped = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED)
        trouble("EXPOOL_SEEDED");
    close(file);
    counts = mapped;
}

UNSEEN static void count(uint64_t *counter, uint64_t *at)
{
    if (__atomic_load_n(&counts->triggered, __ATOMIC_RELAXED) != 0)
        return;
    uint64_t now = __atomic_load_n(&counts->executions, __ATOMIC_RELAXED);
    uint64_t none = 0;
    __atomic_compare_exchange_n(at, &none, now, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

UNSEEN void seeded_reached(void)
{
    count(&counts->reached, &counts->reached_at);
}

UNSEEN void seeded_triggered(bool is_wrong)
{
    if (is_wrong)
        count(&counts->triggered, &counts->triggered_at);
}

/* The linker puts this one between the engine and the target (--wrap). */
int __real_LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

UNSEEN int __wrap_LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    __atomic_fetch_add(&counts->executions, 1, __ATOMIC_RELAXED);
    return __real_LLVMFuzzerTestOneInput(bytes, length);
}
