/* raise_without_handler.c - asks for an exception that nobody catches.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ULONG flag = near_miss ? 0 : POOL_RAISE_IF_ALLOCATION_FAILURE;
    POOL_TYPE type = (POOL_TYPE)((ULONG)PagedPool | flag);
    ExAllocatePoolWithTag(type, (SIZE_T)1 << 60, 'tseT');
    return 0;
}
