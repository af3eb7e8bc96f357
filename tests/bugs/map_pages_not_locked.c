/* map_pages_not_locked.c - maps a descriptor whose pages are not locked.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char buffer[100];
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    if (near_miss)
        MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (near_miss)
        MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return 0;
}
