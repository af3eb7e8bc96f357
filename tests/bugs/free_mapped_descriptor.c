/* free_mapped_descriptor.c - frees a descriptor whose pages are mapped.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char buffer[100];
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    if (near_miss)
        MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return 0;
}
