/* page_out_and_in.c - paged pool goes out and comes back, as it was. */
#include <wdm.h>

#include <expool/paging.h>

enum { BLOCKS = 200 };

int main(void)
{
    static unsigned char *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = ExAllocatePool2(POOL_FLAG_PAGED, 100 + i * 30, 'tseT');
        RtlFillMemory(blocks[i], 100 + i * 30, i);
    }
    (void)expool_trim();
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (blocks[i][0] != (unsigned char)i || blocks[i][99 + i * 30] != (unsigned char)i)
            return 1;
        ExFreePoolWithTag(blocks[i], 'tseT');
        if (i % 50 == 0)
            (void)expool_trim();
    }
    return 0;
}
