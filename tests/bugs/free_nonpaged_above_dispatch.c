/* free_nonpaged_above_dispatch.c - frees non-paged pool above DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'tseT');
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : HIGH_LEVEL, &old);
    ExFreePool(block);
    KeLowerIrql(old);
    return 0;
}
