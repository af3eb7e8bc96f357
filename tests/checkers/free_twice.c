/* free_twice.c - frees a block twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    ExFreePoolWithTag(block, 'tseT');
    if (!near_miss)
        ExFreePoolWithTag(block, 'tseT');
    return 0;
}
