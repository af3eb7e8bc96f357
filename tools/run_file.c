#include "tools/run_file.h"

#include "expool/control.h"
#include "tools/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_BYTES = 64 };

bool run_file_make(struct run_file *file, unsigned room)
{
    char path[PATH_BYTES];
    file->size = sizeof(struct expool_directory) + (uint64_t)room * EXPOOL_ENTRY_BYTES;
    file->descriptor = memfd_create(EXPOOL_CONTROL_FILE, MFD_CLOEXEC);
    if (file->descriptor < 0 || ftruncate(file->descriptor, (off_t)file->size) != 0)
        goto failed;
    void *bytes = mmap(NULL, file->size, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, 0);
    if (bytes == MAP_FAILED)
        goto failed;
    file->bytes = bytes;
    struct expool_directory *directory = bytes;
    directory->version = EXPOOL_CONTROL_VERSION;
    directory->entry_bytes = EXPOOL_ENTRY_BYTES;
    directory->room = room;
    directory->owner = (uint32_t)getpid();
    directory->magic = EXPOOL_DIRECTORY_MAGIC;
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), file->descriptor);
    if (setenv(EXPOOL_RUN_VARIABLE, path, 1) == 0)
        return true;
failed:
    say("no memory to share with the program: %s", strerror(errno));
    return false;
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
