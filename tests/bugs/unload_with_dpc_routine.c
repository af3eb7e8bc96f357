/* unload_with_dpc_routine.c - unloads a driver whose routine a queued DPC calls.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "driver_image.h"

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct driver_image image = driver_image_load(near_miss ? "tidy" : "routine");
    driver_image_unload(&image);
    return 0;
}
