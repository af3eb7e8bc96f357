/* unload_with_dpc.c - unloads a driver that left a DPC queued.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "driver_image.h"

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct driver_image image = driver_image_load(near_miss ? "tidy" : "queued");
    driver_image_unload(&image);
    return 0;
}
