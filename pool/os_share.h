/* os_share.h - a file of pages that other processes can read and write: without a name in any
 * folder, found through /proc/PID/fd. */
#ifndef POOL_OS_SHARE_H
#define POOL_OS_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Its descriptor is kept, far above those that programs count on, and closed at exec. Who it is, so
 * that a program which closed it and opened another file there does not lose that one. */
struct os_share {
    int descriptor; /* -1: none */
    uint64_t device;
    uint64_t inode;
};

/* A new file of `bytes` zeroes whose size is sealed. False when the system refuses. */
bool os_share_new(const char *name, size_t bytes, struct os_share *share);

/* The one at `path`; false when there is none, or it may not be opened. */
bool os_share_open(const char *path, struct os_share *share);

/* Maps the file's bytes from `offset`; NULL when the system refuses. os_release() undoes it. */
void *os_share_map(const struct os_share *share, uint64_t offset, size_t bytes);

/* The page of this process at `page` goes into the file at `offset`, content and all, and from now
 * on is the file's. False, and nothing changed, when the system refuses. */
bool os_share_page(const struct os_share *share, uint64_t offset, void *page, size_t bytes);

/* Closes the descriptor if it still is what it was. */
void os_share_close(struct os_share *share);

/* The page is this process's alone again, and zeroes. False: the system refuses. */
bool os_private_page(void *page, size_t bytes);

const char *os_program_name(void); /* without its folder */
uint64_t os_wall_clock_s(void);    /* since 1970 */
uint32_t os_parent_process_id(void);

#endif
