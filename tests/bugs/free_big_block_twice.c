/* free_big_block_twice.c - frees a block of whole pages twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 20000, 'tseT');
    ExFreePool(block);
    if (!near_miss)
        ExFreePool(block);
    return 0;
}
