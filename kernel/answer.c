#include "kernel/answer.h"

#include <string.h>

static void put(unsigned char *buffer, size_t capacity, size_t at, const void *bytes, size_t count)
{
    if (at < capacity && count != 0)
        memcpy(buffer + at, bytes, count < capacity - at ? count : capacity - at);
}

NTSTATUS answer_give(const struct answer *answer, void *buffer, size_t capacity, ULONG *needed)
{
    size_t whole = answer->fixed_bytes + answer->tail_bytes;
    if (answer->second_at != 0 && answer->second_at + answer->second_bytes > whole)
        whole = answer->second_at + answer->second_bytes;
    *needed = (ULONG)whole;
    if (capacity < answer->fixed_bytes)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(buffer, answer->fixed, answer->fixed_bytes);
    put(buffer, capacity, answer->fixed_bytes, answer->tail, answer->tail_bytes);
    if (answer->second_at != 0)
        put(buffer, capacity, answer->second_at, answer->second, answer->second_bytes);
    return capacity < whole ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}
