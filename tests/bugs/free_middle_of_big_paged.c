/* free_middle_of_big_paged.c - frees the second page of a big paged block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 20000, 'tseT');
    ExFreePool(near_miss ? block : block + 4096);
    return 0;
}
