#include "kernel/answer.h"

#include "pool/util.h"

#include <stdlib.h>
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

NTSTATUS answer_keep(const struct answer *answer, struct answer *kept)
{
    size_t bytes = answer->fixed_bytes + answer->tail_bytes + answer->second_bytes;
    unsigned char *at = malloc(bytes);
    if (at == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *kept = *answer;
    kept->memory = at;
    kept->fixed = at;
    memcpy(at, answer->fixed, answer->fixed_bytes);
    at += answer->fixed_bytes;
    kept->tail = at;
    if (answer->tail_bytes != 0)
        memcpy(at, answer->tail, answer->tail_bytes);
    at += answer->tail_bytes;
    kept->second = at;
    if (answer->second_bytes != 0)
        memcpy(at, answer->second, answer->second_bytes);
    return STATUS_SUCCESS;
}

NTSTATUS answer_give_kept(struct answer *kept, void *buffer, size_t capacity, ULONG *needed)
{
    NTSTATUS status = answer_give(kept, buffer, capacity, needed);
    free(kept->memory);
    return status;
}

void answer_touch(const void *bytes, size_t count)
{
    const volatile unsigned char *at = bytes;
    for (size_t i = 0; i < count; i += PAGE_BYTES)
        (void)at[i];
    if (count != 0)
        (void)at[count - 1];
}
