/* refill_limit.c - a pool with a limit is filled, emptied and filled with blocks of another size,
 * at DISPATCH_LEVEL and with low priority: what waits after its free is no reason to refuse. */
#include <wdm.h>

enum { BLOCKS = 1400, BLOCK_BYTES = 4000, BIG_BYTES = 9000, BIG_BLOCKS = 450 };

const char *expool_default_options(void);
const char *expool_default_options(void)
{
    return "nonpaged_limit_mb=8:special_pool=none:events=off";
}

static BOOLEAN fill(unsigned count, SIZE_T bytes)
{
    static char *blocks[BLOCKS];
    for (unsigned i = 0; i < count; i++) {
        blocks[i] = ExAllocatePoolWithTagPriority(NonPagedPoolNx, bytes, 'tseT', LowPoolPriority);
        if (blocks[i] == NULL)
            return FALSE;
        blocks[i][bytes - 1] = 1;
    }
    for (unsigned i = 0; i < count; i++)
        ExFreePoolWithTag(blocks[i], 'tseT');
    return TRUE;
}

int main(void)
{
    static char *blocks[2 * BLOCKS];
    KIRQL old;
    if (!fill(BLOCKS, BLOCK_BYTES) || !fill(BIG_BLOCKS, BIG_BYTES) || !fill(BLOCKS, BLOCK_BYTES))
        return 1;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    for (unsigned i = 0; i < 2 * BLOCKS; i++) {
        if (i >= BLOCKS)
            ExFreePoolWithTag(blocks[i - BLOCKS], 'tseT');
        blocks[i] = ExAllocatePool2(POOL_FLAG_NON_PAGED, BLOCK_BYTES, 'tseT');
        if (blocks[i] == NULL)
            return 1;
    }
    for (unsigned i = BLOCKS; i < 2 * BLOCKS; i++)
        ExFreePoolWithTag(blocks[i], 'tseT');
    KeLowerIrql(old);
    return 0;
}
