/* write_past_end_into_header.c - writes the byte behind a block of 32: the next one's header.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 32, 'tseT');
    char *next = ExAllocatePool2(POOL_FLAG_NON_PAGED, 32, 'tseT');
    block[near_miss ? 31 : 32] ^= 1;
    ExFreePoolWithTag(next, 'tseT');
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
