/* no_quarantine.c - freed blocks wait for nothing: the pool's own caches have them at once. */
#include <wdm.h>

enum { BLOCKS = 300, ROUNDS = 5 };

const char *expool_default_options(void);
const char *expool_default_options(void)
{
    return "quarantine_pool_mb=0";
}

int main(void)
{
    static char *blocks[BLOCKS];
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < BLOCKS; i++) {
            blocks[i] = ExAllocatePool2(POOL_FLAG_NON_PAGED, 1 + i * 17, 'tseT');
            if (blocks[i] == NULL || blocks[i][i * 17] != 0)
                return 1;
            blocks[i][i * 17] = 1;
        }
        for (unsigned i = 0; i < BLOCKS; i++)
            ExFreePoolWithTag(blocks[i], 'tseT');
    }
    return 0;
}
