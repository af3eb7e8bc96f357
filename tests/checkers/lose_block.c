/* lose_block.c - loses the only pointer to a block.
 * With an argument it is the near miss. */
#include <wdm.h>

static char *volatile kept;

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    kept = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    if (near_miss)
        ExFreePoolWithTag(kept, 'tseT');
    kept = NULL;
    return 0;
}
