/* touch_unused_pool.c - touches a pool address that holds nothing.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 20000, 'tseT');
    block[near_miss ? 0 : 0x10000000] = 1;
    ExFreePool(block);
    return 0;
}
