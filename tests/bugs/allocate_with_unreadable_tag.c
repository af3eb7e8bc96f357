/* allocate_with_unreadable_tag.c - allocates with a tag of signs only.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, near_miss ? '.1..' : '....');
    ExFreePool(block);
    return 0;
}
