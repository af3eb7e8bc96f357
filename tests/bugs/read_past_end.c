/* read_past_end.c - reads behind a block that ends at the guard page.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED, 128, 'tseT');
    char byte = block[near_miss ? 127 : 128];
    ExFreePoolWithTag((void *)(ULONG_PTR)block, 'tseT');
    (void)byte;
    return 0;
}
