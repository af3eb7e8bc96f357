#include "tests/expect.h"

#include <wdm.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

#define CODE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* A device that is a file of 16 bytes. */
static PDRIVER_OBJECT driver;
static unsigned char content[16] = "0123456789abcdef";

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    unsigned char *buffer = irp->AssociatedIrp.SystemBuffer;
    size_t at = (size_t)location->Parameters.Read.ByteOffset.QuadPart;
    FILE_STANDARD_INFORMATION standard = {.EndOfFile = {.QuadPart = sizeof(content)}};
    EXPECT_EQUAL(ExGetPreviousMode(), KernelMode);
    switch (location->MajorFunction) {
    case IRP_MJ_CREATE: return finish(irp, 0, FILE_OPENED);
    case IRP_MJ_READ: memcpy(buffer, content + at, 4); return finish(irp, 0, 4);
    case IRP_MJ_WRITE: memcpy(content + at, buffer, 4); return finish(irp, 0, 4);
    case IRP_MJ_DEVICE_CONTROL: buffer[0]++; return finish(irp, 0, 1);
    case IRP_MJ_QUERY_INFORMATION:
        EXPECT_EQUAL(location->Parameters.QueryFile.FileInformationClass, FileStandardInformation);
        memcpy(buffer, &standard, sizeof(standard));
        return finish(irp, 0, sizeof(standard));
    case IRP_MJ_SET_INFORMATION: return finish(irp, STATUS_ACCESS_DENIED, 0);
    default: return finish(irp, 0, 0);
    }
}

static VOID unload(PDRIVER_OBJECT object)
{
    IoDeleteDevice(object->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    UNICODE_STRING name;
    PDEVICE_OBJECT device;
    RtlInitUnicodeString(&name, u"\\Device\\Sixteen");
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        object->MajorFunction[i] = dispatch;
    object->DriverUnload = unload;
    NTSTATUS status = IoCreateDevice(object, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (NT_SUCCESS(status))
        device->Flags |= DO_BUFFERED_IO;
    return status;
}

static NTSTATUS open(const WCHAR *path, HANDLE *file)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK status;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenFile(file, FILE_GENERIC_READ, &attributes, &status, FILE_SHARE_READ,
                      FILE_SYNCHRONOUS_IO_NONALERT);
}

TEST(a_file_is_read_written_and_controlled_by_its_handle)
{
    HANDLE file;
    IO_STATUS_BLOCK status;
    unsigned char buffer[4];
    LARGE_INTEGER eight = {.QuadPart = 8};
    EXPECT_EQUAL(expool_driver_load(entry, "sixteen", &driver), 0);
    EXPECT_EQUAL(open(u"\\Device\\Nothing", &file), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQUAL(open(u"\\Device\\Sixteen", &file), 0);
    EXPECT_EQUAL(ZwReadFile(file, NULL, NULL, NULL, &status, buffer, 4, NULL, NULL), 0);
    EXPECT_EQUAL(memcmp(buffer, "0123", 4), 0);
    EXPECT_EQUAL(ZwReadFile(file, NULL, NULL, NULL, &status, buffer, 4, NULL, NULL), 0);
    EXPECT_EQUAL(memcmp(buffer, "4567", 4), 0);
    EXPECT_EQUAL(ZwWriteFile(file, NULL, NULL, NULL, &status, buffer, 4, &eight, NULL), 0);
    EXPECT_EQUAL(memcmp(content + 8, "4567", 4), 0);
    EXPECT_EQUAL(ZwDeviceIoControlFile(file, NULL, NULL, NULL, &status, CODE, buffer, 1, buffer, 1),
                 0);
    EXPECT_EQUAL(buffer[0], '5');
    EXPECT_EQUAL(ZwClose(file), 0);
    EXPECT_EQUAL(ZwReadFile(file, NULL, NULL, NULL, &status, buffer, 4, NULL, NULL),
                 STATUS_INVALID_HANDLE);
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

TEST(a_file_is_asked_and_told)
{
    HANDLE file;
    IO_STATUS_BLOCK status;
    FILE_POSITION_INFORMATION position = {.CurrentByteOffset = {.QuadPart = 12}};
    FILE_STANDARD_INFORMATION standard;
    EXPECT_EQUAL(expool_driver_load(entry, "sixteen", &driver), 0);
    EXPECT_EQUAL(open(u"\\Device\\Sixteen", &file), 0);
    EXPECT_EQUAL(
        ZwSetInformationFile(file, &status, &position, sizeof(position), FilePositionInformation),
        0);
    position.CurrentByteOffset.QuadPart = 0;
    EXPECT_EQUAL(
        ZwQueryInformationFile(file, &status, &position, sizeof(position), FilePositionInformation),
        0);
    EXPECT_EQUAL(position.CurrentByteOffset.QuadPart, 12);
    EXPECT_EQUAL(ZwQueryInformationFile(file, &status, &position, 2, FilePositionInformation),
                 STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQUAL(
        ZwQueryInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation),
        0);
    EXPECT_EQUAL(standard.EndOfFile.QuadPart, 16);
    EXPECT_EQUAL(
        ZwSetInformationFile(file, &status, &standard, sizeof(standard), FileStandardInformation),
        STATUS_ACCESS_DENIED);
    ZwClose(file);
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

TESTS_MAIN("zw_file")
