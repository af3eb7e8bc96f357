/* acquire_unaligned_resource.c - acquires a resource that is not aligned.
 * With an argument it is the near miss. */
#include <ntddk.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    static char memory[sizeof(ERESOURCE) + 8];
    PERESOURCE resource = (PERESOURCE)(PVOID)((ULONG_PTR)(memory + 8) & ~(ULONG_PTR)7);
    if (!near_miss)
        resource = (PERESOURCE)(PVOID)((PUCHAR)resource - 4);
    ExInitializeResourceLite(resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(resource, TRUE);
    ExReleaseResourceLite(resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(resource);
    return 0;
}
