/* copy_past_end_at_dispatch.c - lets memcpy run behind a block at DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char source[4096];
    KIRQL old;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    volatile SIZE_T length = near_miss ? 64 : 2000;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RtlCopyMemory(block, source, length);
    KeLowerIrql(old);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
