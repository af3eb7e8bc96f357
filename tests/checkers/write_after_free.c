/* write_after_free.c - writes to a block after it was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    block[5] = 1;
    ExFreePoolWithTag(block, 'tseT');
    if (!near_miss)
        block[5] = 2;
    return 0;
}
