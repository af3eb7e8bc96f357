#include "pool/process.h"

#include "pool/os.h"
#include "pool/util.h"

#include <stdint.h>

#define PROCESS_MAGIC UINT64_C(0x7373656372506F70)

struct process process_system = {
    .magic = PROCESS_MAGIC, .references = 1, .limit = {SIZE_MAX, SIZE_MAX}};

static _Thread_local struct process *attached TLS_FAST;

bool process_is(const void *body)
{
    return ((const struct process *)body)->magic == PROCESS_MAGIC;
}

struct process *process_current(void)
{
    return attached == NULL ? &process_system : attached;
}

struct process *process_exchange(struct process *process)
{
    struct process *before = process_current();
    attached = process;
    return before;
}

struct process *process_create(const size_t limit[PROCESS_CLASSES])
{
    struct process *process = os_table(sizeof *process);
    if (process == NULL)
        return NULL;
    process->magic = PROCESS_MAGIC;
    atomic_store(&process->references, 1);
    for (int i = 0; i < PROCESS_CLASSES; i++)
        process->limit[i] = limit[i];
    return process;
}

void process_hold(struct process *process)
{
    if (process != &process_system)
        atomic_fetch_add(&process->references, 1);
}

void process_drop(struct process *process)
{
    if (process != &process_system && atomic_fetch_sub(&process->references, 1) == 1)
        os_release(process, sizeof *process);
}

bool process_charge(struct process *process, int pool_class, size_t bytes)
{
    if (process == &process_system)
        return true;
    size_t used = atomic_load(&process->used[pool_class]);
    do {
        if (bytes > process->limit[pool_class] || used > process->limit[pool_class] - bytes)
            return false;
    } while (!atomic_compare_exchange_weak(&process->used[pool_class], &used, used + bytes));
    size_t peak = atomic_load(&process->peak[pool_class]);
    while (peak < used + bytes &&
           !atomic_compare_exchange_weak(&process->peak[pool_class], &peak, used + bytes))
        ;
    return true;
}

bool process_return(struct process *process, int pool_class, size_t bytes)
{
    if (process == &process_system)
        return true;
    size_t used = atomic_load(&process->used[pool_class]);
    do {
        if (bytes > used)
            return false;
    } while (!atomic_compare_exchange_weak(&process->used[pool_class], &used, used - bytes));
    return true;
}
