/* write_past_end_in_slack.c - writes the byte behind a block of 50, which the pool has rounded up.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'tseT');
    block[near_miss ? 49 : 50] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
