/* write_past_end_into_slack.c - writes two bytes behind a block, before the guard page.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 50, 'tseT');
    block[near_miss ? 48 : 50] = '1';
    block[near_miss ? 49 : 51] = '2';
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
