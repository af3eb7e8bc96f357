/* pager.h - pages of paged pool that are not in memory.
 *   pool   | in | out | out | in |        an access to a page that is out faults
 *   store       | slot | slot |           its content, in the clear or as ciphertext
 * A page leaves with the heap's lock held and comes back in the fault handler, which must not take
 * that lock. Everything here is guarded by the pager's own, taken after a heap's: a spin lock, and
 * nothing paged is touched while it is held, so that it may be taken in the handler. */
#ifndef POOL_PAGER_H
#define POOL_PAGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pages;

struct pager_statistics {
    bool is_on;
    bool is_encrypted;
    uint64_t pages_out;
    uint64_t page_outs; /* since start */
    uint64_t page_ins;
};

/* These are the pages there will be to page: what is pinned is counted from the start. */
void pager_attach(struct pages *pages);

/* Begins to page `pages`, with ciphertext in the store if `encrypts`. False, with a line on stderr:
 * the system cannot (no /proc, no address space, no random bytes). Once a process; later calls
 * answer as the first. */
bool pager_start(struct pages *pages, bool encrypts);
bool pager_is_on(void);

/* The pages from `first` that are in use, in memory and not pinned, up to the first that is not,
 * leave. How many. The heap's lock is held. */
size_t pager_out(size_t first, size_t count);

/* Any address. True when the page is not in memory; without a lock, so of a moment ago. */
bool pager_has_out(const void *address);

/* Brings the page in if it is out. False: `address` is not one that the pager could bring in, and
 * an access would fault again. From a signal handler too. */
bool pager_bring_in(const void *address);

/* The contents are given up: pages that are out are accessible again, as zeroes. The heap's lock is
 * held. */
void pager_forget(const struct pages *pages, size_t first, size_t count);

/* Brings in and keeps in memory until unpinned as often; whole pages. Addresses outside paged pool
 * are passed over. */
void pager_pin(const void *address, size_t bytes);
void pager_unpin(const void *address, size_t bytes);

void pager_read(struct pager_statistics *statistics);
/* How often a page came in: it is reachable since, whatever was done to its protection before. */
uint64_t pager_page_ins(void);

/* Around a fork, with the heaps' locks held. */
void pager_before_fork(void);
void pager_after_fork(bool in_child);

#endif
