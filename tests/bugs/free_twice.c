/* free_twice.c - frees a small block twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *other = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    ExFreePool(block);
    if (!near_miss)
        ExFreePool(block);
    ExFreePool(other);
    return 0;
}
