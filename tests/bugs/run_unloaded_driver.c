/* run_unloaded_driver.c - calls into a driver after its image has gone.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "driver_image.h"

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    struct driver_image image = driver_image_load("quiet");
    PDRIVER_UNLOAD routine = image.driver->DriverUnload;
    if (near_miss)
        routine(image.driver);
    driver_image_unload(&image);
    if (!near_miss)
        routine(NULL);
    return 0;
}
