/* write_after_free_and_again.c - writes to a freed block after its size was allocated again.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    ExFreePoolWithTag(block, 'tseT');
    char *other = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    (near_miss ? other : block)[5] = 1;
    ExFreePoolWithTag(other, 'tseT');
    return 0;
}
