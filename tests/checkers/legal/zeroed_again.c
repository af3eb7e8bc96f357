/* zeroed_again.c - what was promised zeroed is zero, where blocks were used and freed before. */
#include <wdm.h>

enum { ROUNDS = 40 };

static int is_zero(const char *block, SIZE_T bytes)
{
    for (SIZE_T i = 0; i < bytes; i++)
        if (block[i] != 0)
            return 0;
    return 1;
}

int main(void)
{
    static const SIZE_T sizes[] = {8, 50, 100, 1000, 5000};
    for (unsigned i = 0; i < ROUNDS * sizeof sizes / sizeof sizes[0]; i++) {
        SIZE_T bytes = sizes[i / ROUNDS];
        char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, 'tseT');
        if (!is_zero(block, bytes))
            return 1;
        RtlFillMemory(block, bytes, 0xEE);
        ExFreePoolWithTag(block, 'tseT');
    }
    return 0;
}
