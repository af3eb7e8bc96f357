/* leak_at_exit.c - ends without freeing.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *first = ExAllocatePoolWithTag(PagedPool, 1664, 'ekoT');
    if (near_miss)
        ExFreePool(first);
    return 0;
}
