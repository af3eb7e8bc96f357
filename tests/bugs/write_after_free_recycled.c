/* write_after_free_recycled.c - writes to freed memory under the recycle policy.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'tseT');
    ExFreePool(block);
    if (!near_miss)
        memset(block + 10, 'A', 3);
    for (int i = 0; i < 100000; i++)
        ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'tseT'));
    return 0;
}
