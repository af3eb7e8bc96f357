/* allocate_above_dispatch.c - asks for pool above DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : CLOCK_LEVEL, &old);
    char *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'tseT');
    KeLowerIrql(old);
    ExFreePool(block);
    return 0;
}
