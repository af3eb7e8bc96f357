/* exact_ends.c - every byte of blocks of every kind and size, to the last and no further. */
#include <wdm.h>

static const POOL_FLAGS pools[] = {
    POOL_FLAG_PAGED, POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE,
    POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED};

static int use(POOL_FLAGS flags, SIZE_T bytes)
{
    unsigned char *block = ExAllocatePool2(flags, bytes, 'tseT');
    unsigned sum = 0;
    if (block == NULL)
        return 1;
    if ((flags & POOL_FLAG_UNINITIALIZED) != 0)
        RtlFillMemory(block, bytes, 0);
    for (SIZE_T i = 0; i < bytes; i++)
        sum += block[i]++;
    ExFreePoolWithTag(block, 'tseT');
    return sum != 0;
}

int main(void)
{
    for (unsigned i = 0; i < sizeof pools / sizeof pools[0]; i++) {
        for (SIZE_T bytes = 1; bytes < 300; bytes += bytes < 70 ? 1 : 13)
            if (use(pools[i], bytes))
                return 1;
        for (SIZE_T bytes = 4000; bytes < 20000; bytes = bytes * 5 / 4 + 1)
            if (use(pools[i], bytes))
                return 1;
    }
    return 0;
}
