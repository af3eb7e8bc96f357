/* write_past_end_at_dispatch.c - writes behind a block at DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    KIRQL old;
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    block[near_miss ? 63 : 64] = 1;
    KeLowerIrql(old);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
