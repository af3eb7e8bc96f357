/* exit_with_pages_locked.c - ends with the pages of a descriptor locked.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char buffer[100];
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    if (near_miss) {
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }
    return 0;
}
