#include "tests/expect.h"

#include <wdm.h>

#define SIZE_IS(type, bytes)          C_ASSERT(sizeof(type) == (bytes))
#define FIELD_AT(type, field, offset) C_ASSERT(offsetof(type, field) == (offset))

/* As the symbols of 64-bit Windows say. */
SIZE_IS(IRP, 0xD0);
FIELD_AT(IRP, MdlAddress, 0x08);
FIELD_AT(IRP, Flags, 0x10);
FIELD_AT(IRP, AssociatedIrp, 0x18);
FIELD_AT(IRP, IoStatus, 0x30);
FIELD_AT(IRP, RequestorMode, 0x40);
FIELD_AT(IRP, CurrentLocation, 0x43);
FIELD_AT(IRP, CancelIrql, 0x45);
FIELD_AT(IRP, UserIosb, 0x48);
FIELD_AT(IRP, Overlay, 0x58);
FIELD_AT(IRP, CancelRoutine, 0x68);
FIELD_AT(IRP, UserBuffer, 0x70);
FIELD_AT(IRP, Tail, 0x78);
FIELD_AT(IRP, Tail.Overlay.Thread, 0x98);
FIELD_AT(IRP, Tail.Overlay.ListEntry, 0xA8);
FIELD_AT(IRP, Tail.Overlay.CurrentStackLocation, 0xB8);
FIELD_AT(IRP, Tail.Overlay.OriginalFileObject, 0xC0);
SIZE_IS(IO_STACK_LOCATION, 0x48);
FIELD_AT(IO_STACK_LOCATION, Parameters, 0x08);
FIELD_AT(IO_STACK_LOCATION, Parameters.Create.FileAttributes, 0x18);
FIELD_AT(IO_STACK_LOCATION, Parameters.Create.ShareAccess, 0x1A);
FIELD_AT(IO_STACK_LOCATION, Parameters.Create.EaLength, 0x20);
FIELD_AT(IO_STACK_LOCATION, Parameters.Read.Key, 0x10);
FIELD_AT(IO_STACK_LOCATION, Parameters.Read.ByteOffset, 0x18);
FIELD_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.InputBufferLength, 0x10);
FIELD_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.IoControlCode, 0x18);
FIELD_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.Type3InputBuffer, 0x20);
FIELD_AT(IO_STACK_LOCATION, Parameters.SetFile.FileObject, 0x18);
FIELD_AT(IO_STACK_LOCATION, Parameters.Power.ShutdownType, 0x20);
FIELD_AT(IO_STACK_LOCATION, DeviceObject, 0x28);
FIELD_AT(IO_STACK_LOCATION, CompletionRoutine, 0x38);
SIZE_IS(DEVICE_OBJECT, 0x150);
FIELD_AT(DEVICE_OBJECT, DriverObject, 0x08);
FIELD_AT(DEVICE_OBJECT, CurrentIrp, 0x20);
FIELD_AT(DEVICE_OBJECT, Flags, 0x30);
FIELD_AT(DEVICE_OBJECT, DeviceExtension, 0x40);
FIELD_AT(DEVICE_OBJECT, StackSize, 0x4C);
FIELD_AT(DEVICE_OBJECT, AlignmentRequirement, 0x98);
FIELD_AT(DEVICE_OBJECT, DeviceQueue, 0xA0);
FIELD_AT(DEVICE_OBJECT, Dpc, 0xC8);
FIELD_AT(DEVICE_OBJECT, SecurityDescriptor, 0x110);
FIELD_AT(DEVICE_OBJECT, SectorSize, 0x130);
FIELD_AT(DEVICE_OBJECT, DeviceObjectExtension, 0x138);
SIZE_IS(DRIVER_OBJECT, 0x150);
FIELD_AT(DRIVER_OBJECT, DriverExtension, 0x30);
FIELD_AT(DRIVER_OBJECT, DriverName, 0x38);
FIELD_AT(DRIVER_OBJECT, FastIoDispatch, 0x50);
FIELD_AT(DRIVER_OBJECT, DriverUnload, 0x68);
FIELD_AT(DRIVER_OBJECT, MajorFunction, 0x70);
SIZE_IS(FILE_OBJECT, 0xD8);
FIELD_AT(FILE_OBJECT, FsContext, 0x18);
FIELD_AT(FILE_OBJECT, Flags, 0x50);
FIELD_AT(FILE_OBJECT, FileName, 0x58);
FIELD_AT(FILE_OBJECT, Lock, 0x80);
FIELD_AT(FILE_OBJECT, IrpList, 0xC0);
SIZE_IS(MDL, 0x30);
FIELD_AT(MDL, MappedSystemVa, 0x18);
FIELD_AT(MDL, ByteOffset, 0x2C);
SIZE_IS(KAPC, 0x58);
SIZE_IS(KDEVICE_QUEUE, 0x28);
SIZE_IS(KDEVICE_QUEUE_ENTRY, 0x18);
SIZE_IS(WAIT_CONTEXT_BLOCK, 0x48);
SIZE_IS(VPB, 0x60);
SIZE_IS(IO_STATUS_BLOCK, 0x10);
SIZE_IS(IO_REMOVE_LOCK, 0x20);
SIZE_IS(FILE_BASIC_INFORMATION, 0x28);
SIZE_IS(FILE_STANDARD_INFORMATION, 0x18);
SIZE_IS(DEVICE_CAPABILITIES, 0x40);

TEST(control_codes_are_composed_as_on_windows)
{
    ULONG code = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_OUT_DIRECT, FILE_READ_ACCESS);
    EXPECT_EQUAL(code, 0x226002);
    EXPECT_EQUAL(METHOD_FROM_CTL_CODE(code), METHOD_OUT_DIRECT);
    EXPECT_EQUAL(DEVICE_TYPE_FROM_CTL_CODE(code), FILE_DEVICE_UNKNOWN);
    EXPECT_EQUAL(IoGetFunctionCodeFromCtlCode(code), 0x800);
    EXPECT_EQUAL(IoSizeOfIrp(3), 0xD0 + 3 * 0x48);
}

TESTS_MAIN("io_layout")
