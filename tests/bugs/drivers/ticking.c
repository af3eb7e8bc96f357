/* ticking.c - a driver that forgets its timer. */
#include <wdm.h>

static KTIMER timer;
static DRIVER_UNLOAD unload;
DRIVER_INITIALIZE DriverEntry;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    LARGE_INTEGER hour = {.QuadPart = -36000000000LL};
    (void)path;
    driver->DriverUnload = unload;
    KeInitializeTimer(&timer);
    KeSetTimer(&timer, hour, NULL);
    return STATUS_SUCCESS;
}
