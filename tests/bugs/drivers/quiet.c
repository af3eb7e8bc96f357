/* quiet.c - a driver in an image of its own that does nothing, and can be unloaded. */
#include <wdm.h>

static DRIVER_UNLOAD unload;
DRIVER_INITIALIZE DriverEntry;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
