#include "kernel/os_processor.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

unsigned os_processor_count(void)
{
    static atomic_uint known;
    unsigned count = atomic_load_explicit(&known, memory_order_relaxed);
    if (count == 0) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        count = online > 0 ? (unsigned)online : 1;
        atomic_store_explicit(&known, count, memory_order_relaxed);
    }
    return count;
}

/* Linux may number with gaps. */
unsigned os_processor_current(void)
{
    int number = sched_getcpu();
    return number < 0 ? 0 : (unsigned)number % os_processor_count();
}
