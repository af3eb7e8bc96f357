/* free_never_allocated_paged.c - frees a paged pool address that was never handed out.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    char *block = ExAllocatePoolWithTag(PagedPool, 20000, 'tseT');
    ExFreePool(near_miss ? block : block + 0x10000010);
    return 0;
}
