/* free_with_wrong_size.c - gives ExFreePool2 another size than the block has.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    ExFreePool2(block, 'tseT', near_miss ? 100 : 200, 0);
    return 0;
}
