/* free_stack_address.c - frees an address on the stack.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char local[64];
    char *block = near_miss ? ExAllocatePoolWithTag(PagedPool, 100, 'tseT') : local;
    ExFreePool(block);
    return 0;
}
