/* free_by_c_library.c - frees a block of pool by free().
 * With an argument it is the near miss. */
#include <wdm.h>

#include <stdlib.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    if (near_miss)
        ExFreePoolWithTag(block, 'tseT');
    else
        free(block);
    return 0;
}
