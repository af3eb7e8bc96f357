/* write_after_free_big.c - writes to the third page of a block after it was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 12000, 'tseT');
    block[9000] = 1;
    ExFreePoolWithTag(block, 'tseT');
    if (!near_miss)
        block[9000] = 2;
    return 0;
}
