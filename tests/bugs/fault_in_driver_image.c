/* fault_in_driver_image.c - has a routine write to a driver's constants at DISPATCH_LEVEL.
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
    KIRQL old;
    PDRIVER_OBJECT driver;
    volatile SIZE_T length = 8;
    expool_driver_load(entry, "writer", &driver);
    char *to = near_miss ? variable : (char *)(ULONG_PTR)constant;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RtlFillMemory(to, length, 'x');
    KeLowerIrql(old);
    expool_driver_unload(driver);
    return 0;
}
