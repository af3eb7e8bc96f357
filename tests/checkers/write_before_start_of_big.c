/* write_before_start_of_big.c - writes the byte in front of a block of pages of its own. With an
 * argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 9000, 'tseT');
    block[near_miss ? 0 : -1] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
