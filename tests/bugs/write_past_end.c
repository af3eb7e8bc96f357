/* write_past_end.c - writes one byte behind a block that ends at the guard page.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    block[near_miss ? 63 : 64] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
