/* flip_one_bit_behind_block.c - flips a single bit behind a block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 50, 'tseT');
    block[near_miss ? 49 : 50] ^= 4;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
