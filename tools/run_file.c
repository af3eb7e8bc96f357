#include "tools/run_file.h"

#include "expool/control.h"
#include "tools/say.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_BYTES = 64 };

static bool make_file(struct run_file *file, unsigned room)
{
    file->size = sizeof(struct expool_directory) + (uint64_t)room * EXPOOL_ENTRY_BYTES;
    file->bytes = MAP_FAILED;
    file->descriptor = memfd_create(EXPOOL_CONTROL_FILE, MFD_CLOEXEC);
    if (file->descriptor < 0)
        return false;
    void *bytes = MAP_FAILED;
    if (ftruncate(file->descriptor, (off_t)file->size) == 0)
        bytes = mmap(NULL, file->size, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, 0);
    if (bytes == MAP_FAILED)
        close(file->descriptor);
    file->bytes = bytes;
    return bytes != MAP_FAILED;
}

static bool name_file(const struct run_file *file)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), file->descriptor);
    return setenv(EXPOOL_RUN_VARIABLE, path, 1) == 0;
}

bool run_file_make(struct run_file *file, unsigned room)
{
    /* Under a limit of file sizes or of address space, room for fewer. */
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    while (!make_file(file, room) && room > 1)
        room /= 4;
    (void)signal(SIGXFSZ, before);
    if (file->bytes == MAP_FAILED || file->descriptor < 0 || !name_file(file)) {
        say("no memory to share with the program: %s", strerror(errno));
        return false;
    }
    struct expool_directory *directory = (void *)file->bytes;
    directory->version = EXPOOL_CONTROL_VERSION;
    directory->entry_bytes = EXPOOL_ENTRY_BYTES;
    directory->room = room;
    directory->owner = (uint32_t)getpid();
    directory->magic = EXPOOL_DIRECTORY_MAGIC;
    return true;
}

static void add_entry(const struct expool_control *control, struct run_sum *sum)
{
    struct expool_counter_row own;
    if (__atomic_load_n(&control->magic, __ATOMIC_ACQUIRE) != EXPOOL_CONTROL_MAGIC)
        return;
    expool_counters_sum((const struct expool_counters *)(const void *)(control + 1), &own);
    uint64_t attempted = own.allocations_attempted - control->inherited_attempted;
    sum->processes++;
    sum->checked += attempted > 0;
    sum->attempted += attempted;
    sum->guarded += own.allocations_special_pool - control->inherited_special_pool;
    sum->fallback += own.allocations_fallback;
    sum->findings += own.reports - control->inherited_reports;
    sum->leaks += own.leaked_blocks - control->inherited_leaks;
}

static uint32_t taken_of(const struct expool_directory *directory)
{
    return __atomic_load_n(&directory->taken, __ATOMIC_RELAXED);
}

void run_file_sum(const struct run_file *file, struct run_sum *sum)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    uint32_t taken = taken_of(directory);
    uint32_t used = taken < directory->room ? taken : directory->room;
    *sum = (struct run_sum){.without_room = taken - used};
    for (uint32_t i = 0; i < used; i++)
        add_entry(
            (const void *)(file->bytes + sizeof *directory + (uint64_t)i * directory->entry_bytes),
            sum);
}

void run_file_each_finding(const struct run_file *file, run_file_take *take)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    uint32_t taken = taken_of(directory);
    for (uint32_t i = 0; i < taken && i < directory->room; i++) {
        const struct expool_control *control =
            (const void *)(file->bytes + sizeof *directory + (uint64_t)i * directory->entry_bytes);
        struct run_sum one = {0};
        add_entry(control, &one);
        if (one.findings + one.leaks > 0)
            take(control->pid, control->name, one.findings, one.leaks);
    }
}

unsigned run_file_tier(const struct run_file *file)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    const struct expool_control *first = (const void *)(file->bytes + sizeof *directory);
    return directory->taken == 0 ? 0 : first->tier;
}

void run_file_close(struct run_file *file)
{
    munmap(file->bytes, file->size);
    close(file->descriptor);
}
