/* archive.h - what is kept of slots whose memory is given back: who allocated, who freed, how
 * large, in a few bytes each, so that a use long after the free is still explained.
 *   ring: | ... | 256 slots as differences | 256 slots ... |     oldest are overwritten
 *   slot: | which of 8 fields differ from the slot before | their differences |  1 byte and up
 * No lock: a writer takes its place by an atomic addition, a reader looks afterwards if its place
 * was overwritten meanwhile. */
#ifndef VERIFIER_ARCHIVE_H
#define VERIFIER_ARCHIVE_H

#include "verifier/slot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ARCHIVE_SLOTS = 256,         /* that go together */
    ARCHIVE_SLOT_BYTES_MAX = 48, /* of one, written out */
    ARCHIVE_BYTES_MAX = ARCHIVE_SLOTS * ARCHIVE_SLOT_BYTES_MAX,
};

/* A ring of so many bytes, once; false when there is no memory: then nothing is kept. */
bool archive_start(size_t bytes);

/* Keeps ARCHIVE_SLOTS slots; the handle they are found by, 0: not kept. `scratch` holds
 * ARCHIVE_BYTES_MAX. */
uint64_t archive_put(const struct slot *slots, unsigned char *scratch);

/* Slot `index` of those; false when they were overwritten since. Safe in a signal handler. */
bool archive_get(uint64_t handle, unsigned index, struct slot *slot);

/* Puts all of them back where their addresses come again; false: they were overwritten, and nothing
 * is known of any. */
bool archive_restore(uint64_t handle, struct slot *slots);

/* Bytes written so far, overwritten ones included. */
uint64_t archive_bytes(void);

#endif
