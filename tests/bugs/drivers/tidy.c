/* tidy.c - a driver that frees at its unload what it allocated. */
#include <wdm.h>

static PVOID block;
static DRIVER_UNLOAD unload;
DRIVER_INITIALIZE DriverEntry;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    ExFreePoolWithTag(block, 'tseT');
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverUnload = unload;
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'tseT');
    return block != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
