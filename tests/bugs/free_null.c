/* free_null.c - frees NULL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = near_miss ? ExAllocatePoolWithTag(PagedPool, 100, 'tseT') : NULL;
    ExFreePool(block);
    return 0;
}
