/* build_paged_descriptor.c - builds a descriptor of paged pool as one of nonpaged pool.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ULONG64 flags = near_miss ? POOL_FLAG_NON_PAGED : POOL_FLAG_PAGED;
    PVOID block = ExAllocatePool2(flags, 100, 'tseT');
    PMDL mdl = IoAllocateMdl(block, 100, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(block, 'tseT');
    return 0;
}
