#include "tools/run_file.h"

#include "expool/control.h"
#include "tools/processes.h"
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

static uint32_t taken_of(const struct expool_directory *directory)
{
    return __atomic_load_n(&directory->taken, __ATOMIC_RELAXED);
}

static const struct expool_control *entry_of(const struct run_file *file, uint32_t place)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    return (const void *)(file->bytes + sizeof *directory +
                          (uint64_t)place * directory->entry_bytes);
}

static enum run_end end_of(const struct expool_control *control)
{
    char state = process_state((pid_t)control->pid);
    if (control->state == EXPOOL_CONTROL_ENDED)
        return RUN_END_STATUS;
    bool is_alive = state != 0 && state != 'Z';
    return control->state == EXPOOL_CONTROL_REPLACED || is_alive ? RUN_END_GONE_ON : RUN_END_SILENT;
}

/* A forked child's counters go on from its parent's. */
static struct run_process process_of(const struct expool_control *control)
{
    struct expool_counter_row own;
    expool_counters_sum((const struct expool_counters *)(const void *)(control + 1), &own);
    return (struct run_process){
        .name = control->name,
        .command = control->command,
        .pid = control->pid,
        .parent = control->parent,
        .is_forked = control->is_forked != 0,
        .end = end_of(control),
        .exit_status = control->exit_status,
        .lasted_ms =
            control->ended_ms > control->started_ms ? control->ended_ms - control->started_ms : 0,
        .attempted = own.allocations_attempted - control->inherited_attempted,
        .guarded = own.allocations_special_pool - control->inherited_special_pool,
        .fallback = own.allocations_fallback,
        .findings = own.reports - control->inherited_reports,
        .leaks = own.leaked_blocks - control->inherited_leaks};
}

void run_file_each(const struct run_file *file, run_file_take *take, void *context)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    uint32_t taken = taken_of(directory);
    for (uint32_t i = 0; i < taken && i < directory->room; i++) {
        const struct expool_control *control = entry_of(file, i);
        if (__atomic_load_n(&control->magic, __ATOMIC_ACQUIRE) != EXPOOL_CONTROL_MAGIC)
            continue;
        struct run_process process = process_of(control);
        process.is_first = i == 0;
        take(context, &process);
    }
}

unsigned run_file_without_room(const struct run_file *file)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    uint32_t taken = taken_of(directory);
    return taken > directory->room ? taken - directory->room : 0;
}

unsigned run_file_tier(const struct run_file *file)
{
    const struct expool_directory *directory = (const void *)file->bytes;
    return directory->taken == 0 ? 0 : entry_of(file, 0)->tier;
}

void run_file_close(struct run_file *file)
{
    munmap(file->bytes, file->size);
    close(file->descriptor);
}
