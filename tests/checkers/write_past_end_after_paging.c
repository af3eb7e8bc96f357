/* write_past_end_after_paging.c - writes the byte behind a block whose page was out and came back.
 * With an argument it is the near miss. */
#include <wdm.h>

#include <expool/paging.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    (void)expool_trim();
    block[0] = 1;
    block[near_miss ? 99 : 100] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
