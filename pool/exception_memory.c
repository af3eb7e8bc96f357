#include "pool/exception_memory.h"

#include "pool/os.h"
#include "pool/util.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { RESERVES = 4, RESERVE_BYTES = 64 << 10 };

static struct {
    atomic_bool is_taken;
    _Alignas(64) unsigned char bytes[RESERVE_BYTES];
} reserves[RESERVES];

static void *take_reserve(size_t bytes)
{
    for (unsigned i = 0; bytes <= RESERVE_BYTES && i < RESERVES; i++)
        if (!atomic_exchange(&reserves[i].is_taken, true))
            return memset(reserves[i].bytes, 0, bytes);
    return NULL;
}

void *exception_memory(size_t bytes)
{
    void *start = os_table(bytes);
    if (UNLIKELY(start == NULL))
        start = take_reserve(bytes);
    return start != NULL ? start : os_needed_table(bytes);
}

void exception_memory_release(void *start, size_t bytes)
{
    for (unsigned i = 0; i < RESERVES; i++)
        if (start == reserves[i].bytes) {
            atomic_store(&reserves[i].is_taken, false);
            return;
        }
    os_release(start, bytes);
}
