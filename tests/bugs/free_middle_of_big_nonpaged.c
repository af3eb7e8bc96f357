/* free_middle_of_big_nonpaged.c - frees the second page of a big non-paged block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 20000, 'tseT');
    ExFreePool(near_miss ? block : block + 4096);
    return 0;
}
