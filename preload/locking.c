/* locking.c - mlockall would bring all of our tables and reserves into memory, gigabytes that are
 * never touched: under us it locks what is there, and the rest as it comes. */
#include "preload/next.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#define PUBLIC __attribute__((visibility("default")))

static int (*next_mlockall)(int flags);

__attribute__((constructor(101))) static void find_next(void)
{
    *(void **)(void *)&next_mlockall = next_routine("mlockall");
}

PUBLIC int mlockall(int flags)
{
    if (next_mlockall == NULL) {
        errno = ENOSYS;
        return -1;
    }
    return next_mlockall(flags | MCL_ONFAULT);
}
