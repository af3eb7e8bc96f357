/* answer.h - a structure with a fixed part and a tail of bytes, put into a caller's buffer as far
 * as it goes. */
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
};

/* *needed takes the bytes of the whole. STATUS_BUFFER_TOO_SMALL: nothing was written;
 * STATUS_BUFFER_OVERFLOW: as much as fits. */
NTSTATUS answer_give(const struct answer *answer, void *buffer, size_t capacity, ULONG *needed);

#endif
