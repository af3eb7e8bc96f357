/* free_middle_of_block.c - frees the middle of a small block.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 200, 'tseT');
    ExFreePool(near_miss ? block : block + 32);
    return 0;
}
