/* write_before_start.c - writes in front of a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    for (int i = near_miss ? 0 : -8; i < 0; i++)
        block[i] = 0;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
