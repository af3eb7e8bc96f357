/* write_past_end_of_big.c - writes the byte behind a block of 9000, far from the end of its page.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 9000, 'tseT');
    block[near_miss ? 8999 : 9000] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
