#include "pool/process.h"

#include "pool/os.h"
#include "pool/util.h"

#include <stdint.h>

_Thread_local bool process_is_in_dpc __attribute__((tls_model("initial-exec")));

struct process process_system = {.references = 1, .limit = {SIZE_MAX, SIZE_MAX}};

/* All others lie side by side, so that an address tells; one without references is to be had. */
static _Atomic(struct process *) others;
static _Atomic size_t others_count;

static _Thread_local struct process *attached TLS_FAST;

bool process_is(const void *body)
{
    const struct process *first = atomic_load(&others);
    uintptr_t offset = (uintptr_t)body - (uintptr_t)first;
    return body == &process_system ||
           (first != NULL && offset < PROCESSES_MAX * sizeof *first && offset % sizeof *first == 0);
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

static struct process *reserve(void)
{
    struct process *first = atomic_load(&others);
    if (first != NULL)
        return first;
    struct process *made = os_table(PROCESSES_MAX * sizeof *made);
    if (made == NULL || atomic_compare_exchange_strong(&others, &first, made))
        return made;
    os_release(made, PROCESSES_MAX * sizeof *made); /* another thread was faster */
    return first;
}

static struct process *take_unused(void)
{
    struct process *process = reserve();
    for (unsigned i = 0; process != NULL && i < PROCESSES_MAX; i++, process++) {
        size_t none = 0;
        if (atomic_compare_exchange_strong(&process->references, &none, 1)) {
            atomic_fetch_add(&others_count, 1);
            return process;
        }
    }
    return NULL;
}

struct process *process_create(const size_t limit[PROCESS_CLASSES])
{
    struct process *process = take_unused();
    for (int i = 0; process != NULL && i < PROCESS_CLASSES; i++) {
        process->limit[i] = limit[i];
        atomic_store(&process->used[i], 0);
        atomic_store(&process->peak[i], 0);
    }
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
        atomic_fetch_sub(&others_count, 1);
}

size_t process_count(void)
{
    return atomic_load(&others_count);
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
