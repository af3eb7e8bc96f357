/* allocate_must_succeed_big.c - asks for more than a page of a pool type that must not fail.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    POOL_TYPE type = near_miss ? NonPagedPoolNx : NonPagedPoolMustSucceed;
    char *block = ExAllocatePoolWithTag(type, PAGE_SIZE + 1, 'tseT');
    if (block != NULL)
        ExFreePoolWithTag(block, 'tseT');
    return 0;
}
