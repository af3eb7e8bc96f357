/* free_with_wrong_tag.c - frees a block with a tag that is not its own.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    ExFreePoolWithTag(block, near_miss ? 'tseT' : 'gorW');
    return 0;
}
