/* write_read_only.c - a driver writes to its own constants.
 * With an argument it is the near miss. */
#include <wdm.h>

#include "expool/driver.h"

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}

static const char constant[16] = "constant";
static char variable[16];

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    PDRIVER_OBJECT driver;
    expool_driver_load(entry, "writer", &driver);
    volatile char *to = near_miss ? variable : (char *)(ULONG_PTR)constant;
    to[3] = 'x';
    expool_driver_unload(driver);
    return 0;
}
