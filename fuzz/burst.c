#include "fuzz/burst.h"

#include "fuzz/model.h"

#include <stdatomic.h>
#include <string.h>

#include <wdm.h>

/* Few sizes: threads meet. */
static const uint32_t sizes[] = {24, 100, 500, 1500};

enum { UNIT = 16, OWNER_STEP = 0x10001 };

static _Atomic uintptr_t bursts;

static POOL_TYPE pool_type(uint8_t pool)
{
    return model_pool_is_paged(pool)      ? PagedPool
           : pool == PROGRAM_POOL_EXECUTE ? NonPagedPoolExecute
                                          : NonPagedPoolNx;
}

/* Its own address at both ends, and whose it is: nobody else writes that. */
static void fill(unsigned char *block, uint32_t size, uintptr_t owner)
{
    uintptr_t own = (uintptr_t)block ^ owner;
    memcpy(block, &own, sizeof own);
    memcpy(block + size - sizeof own, &own, sizeof own);
}

static bool is_whole(const unsigned char *block, uint32_t size, uintptr_t owner)
{
    uintptr_t own = (uintptr_t)block ^ owner;
    return memcmp(block, &own, sizeof own) == 0 &&
           memcmp(block + size - sizeof own, &own, sizeof own) == 0;
}

const char *burst_free(struct burst *burst)
{
    const char *wrong = NULL;
    while (burst->count > 0) {
        unsigned char *block = burst->blocks[--burst->count];
        if (!is_whole(block, burst->size, burst->owner))
            wrong = "another thread wrote to a block";
        ExFreePoolWithTag(block, burst->tag);
    }
    return wrong;
}

static unsigned char *ask(const struct burst *burst, POOL_TYPE type)
{
    POOL_TYPE silent = (POOL_TYPE)(type | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    return burst->quota > 0 ? ExAllocatePoolWithQuotaTag(silent, burst->size, burst->tag)
                            : ExAllocatePoolWithTag(type, burst->size, burst->tag);
}

static const char *allocate(struct burst *burst, POOL_TYPE type, unsigned count)
{
    while (burst->count < count) {
        unsigned char *block = ask(burst, type);
        if (block == NULL)
            return "no memory for one block of many";
        fill(block, burst->size, burst->owner);
        burst->blocks[burst->count++] = block;
    }
    return NULL;
}

const char *burst_do(struct burst *burst, const struct op *op)
{
    const char *wrong = burst_free(burst);
    burst->size = sizes[op->handle % (sizeof sizes / sizeof sizes[0])];
    burst->tag = model_tag(op->tag);
    burst->class = model_pool_is_paged(op->pool);
    burst->quota = op->tag % 2 == 0 ? (burst->size + UNIT - 1) / UNIT * UNIT + UNIT : 0;
    burst->owner = OWNER_STEP * (1 + atomic_fetch_add(&bursts, 1));
    for (unsigned round = 0; round < BURST_ROUNDS && wrong == NULL; round++) {
        wrong = burst_free(burst);
        if (wrong == NULL)
            wrong = allocate(burst, pool_type(op->pool), 1 + op->aux % BURST_MAX);
    }
    return wrong;
}
