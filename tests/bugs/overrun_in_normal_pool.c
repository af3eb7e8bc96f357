/* overrun_in_normal_pool.c - writes past the end of a verified block in normal pool.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    for (int i = 0; i < (near_miss ? 64 : 66); i++)
        block[i] = 'x';
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
