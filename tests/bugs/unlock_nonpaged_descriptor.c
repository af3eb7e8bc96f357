/* unlock_nonpaged_descriptor.c - unlocks the pages of a descriptor of nonpaged pool.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    PMDL mdl = IoAllocateMdl(block, 100, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(mdl);
    if (!near_miss)
        MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
