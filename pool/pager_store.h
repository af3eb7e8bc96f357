/* pager_store.h - where the content of pages that are out is kept, in the clear or as ciphertext.
 *   | slot 1 | slot 2 | slot 3 | ... accessible so far | not yet |
 * One page on its way in or out stands in memory that is neither dumped nor swapped, as does the
 * key. Guarded by the pager's lock. */
#ifndef POOL_PAGER_STORE_H
#define POOL_PAGER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for so many pages; false: no address space, or no random bytes for the key. */
bool store_start(size_t capacity, bool encrypts);
bool store_is_encrypted(void);

/* Keeps the content of page number `index`, which nobody may access at the moment. Its slot; 0: no
 * memory. */
uint32_t store_put(size_t index, const void *page);

/* The slot's content, in the clear, is in store_page() from here to store_wipe(). */
void store_get(uint32_t slot, size_t index);
const void *store_page(void);
void store_wipe(void);

/* The slot is free again, its memory goes back to the system. */
void store_drop(uint32_t slot);

/* In a forked child, which inherits slots and key. */
void store_after_fork(void);

#endif
