/* clear_after_free.c - lets memset clear a block after it was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 128, 'tseT');
    volatile SIZE_T length = 100;
    if (near_miss)
        RtlZeroMemory(block, length);
    ExFreePoolWithTag(block, 'tseT');
    if (!near_miss)
        RtlZeroMemory(block, length);
    return 0;
}
