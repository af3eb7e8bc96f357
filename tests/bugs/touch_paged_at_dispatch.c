/* touch_paged_at_dispatch.c - touches paged pool at DISPATCH_LEVEL, where it works by luck.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    volatile char *block = ExAllocatePoolWithTag(PagedPool, 100, 'tseT');
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    block[0] = 1;
    KeAcquireSpinLock(&lock, &old);
    if (!near_miss)
        block[0]++;
    KeReleaseSpinLock(&lock, old);
    block[0]++; /* below, the page comes back */
    ExFreePool((PVOID)(ULONG_PTR)block);
    return 0;
}
