/* fill_quarantine.c - more is freed than the quarantine holds: all of it can be had again. */
#include <wdm.h>

enum { BLOCKS = 400, BLOCK_BYTES = 4000, BIG_BYTES = 300000, ROUNDS = 20 };

int main(void)
{
    static char *blocks[BLOCKS];
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < BLOCKS; i++) {
            SIZE_T bytes = i % 40 == 0 ? BIG_BYTES : BLOCK_BYTES;
            blocks[i] = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, 'tseT');
            if (blocks[i] == NULL || blocks[i][bytes - 1] != 0)
                return 1;
            blocks[i][bytes - 1] = 1;
        }
        for (unsigned i = 0; i < BLOCKS; i++)
            ExFreePoolWithTag(blocks[(i * 7 + round) % BLOCKS], 'tseT');
    }
    return 0;
}
