/* free_paged_at_dispatch.c - frees paged pool at DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    KeRaiseIrql(near_miss ? APC_LEVEL : DISPATCH_LEVEL, &old);
    ExFreePool(block);
    KeLowerIrql(old);
    return 0;
}
