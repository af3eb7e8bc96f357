/* allocate_unloading.c - unloads a driver that asks for memory meanwhile.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "driver_image.h"

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    PVOID own = ExAllocatePool2(POOL_FLAG_PAGED, 30, 'nwO ');
    struct driver_image image = driver_image_load(near_miss ? "tidy" : "late");
    driver_image_unload(&image);
    ExFreePool(own);
    return 0;
}
