/* answer.h - a structure with a fixed part and a tail of bytes, put into a caller's buffer as far
 * as it goes. A caller's buffer may be memory that faults: what a lock guards is kept first, and
 * given when the lock is dropped. */
#ifndef KERNEL_ANSWER_H
#define KERNEL_ANSWER_H

#include "expool/status.h"
#include "expool/types.h"

#include <stddef.h>

struct answer {
    const void *fixed;
    size_t fixed_bytes;
    const void *tail; /* behind the fixed part */
    size_t tail_bytes;
    size_t second_at; /* a second tail, from the start; 0: none */
    const void *second;
    size_t second_bytes;
    void *memory; /* of one that is kept: to be freed */
};

/* A copy of its own. STATUS_INSUFFICIENT_RESOURCES: none. */
NTSTATUS answer_keep(const struct answer *answer, struct answer *kept);

/* *needed takes the bytes of the whole. STATUS_BUFFER_TOO_SMALL: nothing was written;
 * STATUS_BUFFER_OVERFLOW: as much as fits. */
NTSTATUS answer_give(const struct answer *answer, void *buffer, size_t capacity, ULONG *needed);

/* The same for one that was kept, which is gone then. */
NTSTATUS answer_give_kept(struct answer *kept, void *buffer, size_t capacity, ULONG *needed);

/* Reads the first and last byte, and one of each page: memory that may not be read ends here, with
 * no lock held. */
void answer_touch(const void *bytes, size_t count);

#endif
