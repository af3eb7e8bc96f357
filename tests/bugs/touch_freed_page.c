/* touch_freed_page.c - writes to a block of whole pages that was freed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * PAGE_SIZE, 'tseT');
    block[5000] = 1;
    ExFreePool(block);
    if (!near_miss)
        block[5000] = 1;
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * PAGE_SIZE, 'tseT');
    block[5000] = 1;
    ExFreePool(block);
    return 0;
}
