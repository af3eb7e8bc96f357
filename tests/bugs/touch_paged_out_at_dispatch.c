/* touch_paged_out_at_dispatch.c - touches paged pool at DISPATCH_LEVEL while its page is out.
 * With an argument it is the near miss. */
#include <wdm.h>

#include <expool/paging.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    KIRQL old;
    block[0] = 1;
    expool_trim();
    if (near_miss)
        block[0]++; /* brings the page in */
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    block[0]++;
    KeLowerIrql(old);
    ExFreePool((PVOID)(ULONG_PTR)block);
    return 0;
}
