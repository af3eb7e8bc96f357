/* write_past_end_of_pages.c - writes the byte behind a block of whole pages, the last that is in
 * use. With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 8192, 'tseT');
    block[near_miss ? 8191 : 8192] = 1;
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
