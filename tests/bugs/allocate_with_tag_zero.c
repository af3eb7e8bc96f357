/* allocate_with_tag_zero.c - allocates with tag 0.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, near_miss ? 'tseT' : 0);
    ExFreePool(block);
    return 0;
}
