/* lock_pages_above_dispatch.c - locks the pages of a descriptor above DISPATCH_LEVEL.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char buffer[100];
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    KIRQL old;
    KeRaiseIrql(near_miss ? DISPATCH_LEVEL : CLOCK_LEVEL, &old);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    KeLowerIrql(old);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return 0;
}
