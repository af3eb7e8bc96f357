/* initialize_resource_twice.c - initialises a resource again.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    if (near_miss)
        ExDeleteResourceLite(&resource);
    ExInitializeResourceLite(&resource);
    ExDeleteResourceLite(&resource);
    return 0;
}
