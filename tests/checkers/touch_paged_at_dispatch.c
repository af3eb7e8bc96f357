/* touch_paged_at_dispatch.c - touches paged pool at DISPATCH_LEVEL, where it works by luck.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    KIRQL old;
    block[0] = 1;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (!near_miss)
        block[0]++;
    KeLowerIrql(old);
    block[0]++; /* below, the page comes back */
    ExFreePoolWithTag((PVOID)(ULONG_PTR)block, 'tseT');
    return 0;
}
