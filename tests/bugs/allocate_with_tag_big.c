/* allocate_with_tag_big.c - allocates with the tag that belongs to the pool.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, near_miss ? 'gib ' : ' GIB');
    ExFreePool(block);
    return 0;
}
