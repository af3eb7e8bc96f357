/* os_guard.h - how pages are made to appear and disappear at the least cost; the verifier's tiers
 * choose among these. All of them keep errno, and may be called from a signal handler.
 *   filled page: | bytes |   dead page: an access faults, a system call gets EFAULT */
#ifndef POOL_OS_GUARD_H
#define POOL_OS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* userfaultfd in SIGBUS mode: a page of a registered range that is not filled is dead. */
int os_uffd_open(bool *can_move); /* descriptor, or -1: not to be had */
void os_uffd_close(int uffd);
/* False: the program has closed the descriptor, or has another file under its number by now. */
bool os_uffd_is_open(int uffd);
bool os_uffd_register(int uffd, void *start, size_t bytes);
/* Dead pages become zeroed ones. */
bool os_uffd_fill(int uffd, void *start, size_t bytes);
/* The physical pages leave `from`, dead at once, for the dead pages `to`. False when the system
 * refuses one (shared since a fork, locked): those before it have gone. */
bool os_uffd_move(int uffd, void *to, void *from, size_t bytes);

/* A word that is 1 here and 0 in a child of a fork, however that was made; NULL where the system
 * has no such memory. */
volatile uint32_t *os_fork_mark(void);

/* Lightweight guards (MADV_GUARD_INSTALL), one mapping whatever their number. Installing gives the
 * physical pages back; removing leaves zeroed ones. */
bool os_guard_install(void *start, size_t bytes);
bool os_guard_remove(void *start, size_t bytes);
/* The same for up to OS_AHEAD_MAX single pages, which come into memory at once. False: nothing has
 * changed; the system is too old, or has no memory. */
enum { OS_AHEAD_MAX = 32 };
bool os_guard_remove_ahead(void *const *pages, size_t count);

/* The physical pages go back, locked ones too; under userfaultfd the range is dead from now on. */
bool os_drop(void *start, size_t bytes);

/* True when no access to the page is possible, asked without making one. */
bool os_is_dead(const void *page);

/* No transparent huge pages here. */
void os_no_huge_pages(void *start, size_t bytes);
size_t os_map_limit(void); /* vm.max_map_count */

#endif
