/* release_resource_with_apcs.c - leaves the critical region before it releases the resource.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
    if (!near_miss)
        KeLeaveCriticalRegion();
    ExReleaseResourceLite(&resource);
    if (near_miss)
        KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
    return 0;
}
