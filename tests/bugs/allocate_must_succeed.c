/* allocate_must_succeed.c - asks for a pool type that must succeed.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    POOL_TYPE type = near_miss ? NonPagedPool : NonPagedPoolMustSucceed;
    char *block = ExAllocatePoolWithTag(type, 100, 'tseT');
    ExFreePool(block);
    return 0;
}
