/* copy_past_end.c - lets memcpy run behind a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char source[4096];
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 128, 'tseT');
    volatile SIZE_T length = near_miss ? 128 : 2000;
    RtlCopyMemory(block, source, length);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
