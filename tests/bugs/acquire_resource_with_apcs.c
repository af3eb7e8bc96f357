/* acquire_resource_with_apcs.c - acquires a resource outside every critical region.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    if (near_miss)
        KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    ExReleaseResourceLite(&resource);
    if (near_miss)
        KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
    return 0;
}
