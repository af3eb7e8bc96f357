/* late.c - a driver that asks for memory in its unload routine. */
#include <wdm.h>

static PVOID block;
static DRIVER_UNLOAD unload;
DRIVER_INITIALIZE DriverEntry;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    PVOID more = ExAllocatePool2(POOL_FLAG_PAGED, 50, 'etaL');
    ExFreePoolWithTag(more, 'etaL');
    ExFreePoolWithTag(block, 'tseT');
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    return block != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
