/* kernel_version.h - what a test may expect of the kernel under it. */
#ifndef TESTS_KERNEL_VERSION_H
#define TESTS_KERNEL_VERSION_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/utsname.h>

static inline bool kernel_is_since(unsigned major, unsigned minor)
{
    struct utsname name;
    unsigned has_major = 0;
    unsigned has_minor = 0;
    if (uname(&name) != 0 || sscanf(name.release, "%u.%u", &has_major, &has_minor) != 2)
        return true;
    return has_major > major || (has_major == major && has_minor >= minor);
}

/* MADV_GUARD_INSTALL */
static inline bool kernel_has_guards(void)
{
    return kernel_is_since(6, 13);
}

/* UFFDIO_MOVE */
static inline bool kernel_moves_pages(void)
{
    return kernel_is_since(6, 8);
}

#endif
