/* free_with_wrong_tag.c - frees a block with another tag.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    ExFreePoolWithTag(block, near_miss ? 'tseT' : 'gnrW');
    return 0;
}
