/* delete_resource_twice.c - deletes a resource twice.
 * With an argument it is the near miss. */
#include <wdm.h>

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    ExDeleteResourceLite(&resource);
    if (near_miss)
        ExInitializeResourceLite(&resource);
    ExDeleteResourceLite(&resource);
    return 0;
}
