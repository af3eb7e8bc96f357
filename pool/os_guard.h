/* os_guard.h - how pages are made to appear and disappear at the least cost; the verifier's tiers
 * choose among these. See docs/ARCHITECTURE.md, "the ladder". */
#ifndef POOL_OS_GUARD_H
#define POOL_OS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* userfaultfd in SIGBUS mode: a page of a registered range that is not filled faults. */
int os_uffd_open(void);          /* descriptor, or -1: not to be had */
bool os_uffd_has_move(int uffd); /* probes UFFDIO_MOVE for real */
bool os_uffd_register(int uffd, void *start, size_t bytes);
bool os_uffd_copy(int uffd, void *to, const void *from, size_t bytes);
bool os_uffd_zero(int uffd, void *to, size_t bytes);
bool os_uffd_move(int uffd, void *to, void *from, size_t bytes); /* false: EBUSY, EINVAL, ... */
void os_uffd_close(int uffd);

/* Lightweight guards (MADV_GUARD_INSTALL), one mapping whatever their number. */
bool os_guard_works(void); /* probes for real */
bool os_guard_install(void *start, size_t bytes);
bool os_guard_remove(void *start, size_t bytes);

/* No transparent huge pages here. */
void os_no_huge_pages(void *start, size_t bytes);
size_t os_map_limit(void); /* vm.max_map_count */

#endif
