#include "tests/expect.h"

#include <ntddk.h>

#include "expool/driver.h"
#include "tests/no_leaks.h"

#include <initguid.h>
#include <wdmguid.h>
#include <wmistr.h>

DEFINE_GUID(guid_toaster, 0x781EF630, 0x72B2, 0x11d2, 0xB8, 0x52, 0x00, 0xC0, 0x4F, 0xAD, 0x51,
            0x71);

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT device, below, pdo;
static UNICODE_STRING link_name;
static unsigned relations_asked, states_asked;
static KEVENT asked;

static NTSTATUS pnp(PDEVICE_OBJECT object, PIRP irp)
{
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    bool is_question =
        minor == IRP_MN_QUERY_DEVICE_RELATIONS || minor == IRP_MN_QUERY_PNP_DEVICE_STATE;
    relations_asked += minor == IRP_MN_QUERY_DEVICE_RELATIONS;
    states_asked += minor == IRP_MN_QUERY_PNP_DEVICE_STATE;
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(below, irp);
    if (is_question)
        KeSetEvent(&asked, 0, FALSE);
    if (minor == IRP_MN_REMOVE_DEVICE) {
        IoDetachDevice(below);
        IoDeleteDevice(object);
    }
    return status;
}

static NTSTATUS agree(PDEVICE_OBJECT object, PIRP irp)
{
    (void)object;
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS add_device(PDRIVER_OBJECT object, PDEVICE_OBJECT bottom)
{
    EXPECT_EQUAL(IoCreateDevice(object, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device), 0);
    below = IoAttachDeviceToDeviceStack(device, bottom);
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return IoRegisterDeviceInterface(bottom, &guid_toaster, NULL, &link_name);
}

static VOID nothing(PDRIVER_OBJECT object)
{
    (void)object;
}

static NTSTATUS entry(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    (void)path;
    object->DriverExtension->AddDevice = add_device;
    object->MajorFunction[IRP_MJ_PNP] = pnp;
    object->MajorFunction[IRP_MJ_CREATE] = agree;
    object->MajorFunction[IRP_MJ_CLEANUP] = agree;
    object->MajorFunction[IRP_MJ_CLOSE] = agree;
    object->DriverUnload = nothing;
    return STATUS_SUCCESS;
}

static void begin(void)
{
    KeInitializeEvent(&asked, SynchronizationEvent, FALSE);
    EXPECT_EQUAL(expool_driver_load(entry, "toaster", &driver), 0);
    EXPECT_EQUAL(expool_pnp_add(driver, &pdo), 0);
    EXPECT_EQUAL(expool_pnp_send(pdo, IRP_MN_START_DEVICE), 0);
}

static void end(void)
{
    EXPECT_EQUAL(expool_pnp_remove(pdo), 0);
    RtlFreeUnicodeString(&link_name);
    EXPECT_EQUAL(expool_driver_unload(driver), 0);
    expect_no_leaks();
}

static unsigned arrivals, removals;

static NTSTATUS interface_changed(PVOID structure, PVOID context)
{
    const DEVICE_INTERFACE_CHANGE_NOTIFICATION *change = structure;
    EXPECT(context == &arrivals);
    EXPECT(IsEqualGUID(&change->InterfaceClassGuid, &guid_toaster));
    EXPECT(RtlEqualUnicodeString(change->SymbolicLinkName, &link_name, FALSE));
    arrivals += IsEqualGUID(&change->Event, &GUID_DEVICE_INTERFACE_ARRIVAL);
    removals += IsEqualGUID(&change->Event, &GUID_DEVICE_INTERFACE_REMOVAL);
    return STATUS_SUCCESS;
}

static void watch_interfaces(ULONG flags, PVOID *handle)
{
    EXPECT_EQUAL(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, flags,
                                                (PVOID)(uintptr_t)&guid_toaster, driver,
                                                interface_changed, &arrivals, handle),
                 0);
}

TEST(who_watches_a_class_hears_of_its_interfaces)
{
    PVOID one, two;
    begin();
    watch_interfaces(0, &one);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, TRUE), 0);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, TRUE), STATUS_OBJECT_NAME_EXISTS);
    EXPECT_EQUAL(arrivals, 1);
    watch_interfaces(PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES, &two);
    EXPECT_EQUAL(arrivals, 2);
    IoUnregisterPlugPlayNotification(one);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, FALSE), 0);
    EXPECT_EQUAL(removals, 1);
    IoUnregisterPlugPlayNotificationEx(two);
    end();
}

static unsigned target_calls[3];
static NTSTATUS verdict;
static PFILE_OBJECT opened;
static PVOID target_handle;

static NTSTATUS target_changed(PVOID structure, PVOID context)
{
    const TARGET_DEVICE_REMOVAL_NOTIFICATION *removal = structure;
    (void)context;
    EXPECT(removal->FileObject == opened);
    if (IsEqualGUID(&removal->Event, &GUID_TARGET_DEVICE_QUERY_REMOVE)) {
        target_calls[0]++;
        return verdict;
    }
    target_calls[1] += IsEqualGUID(&removal->Event, &GUID_TARGET_DEVICE_REMOVE_CANCELLED);
    if (IsEqualGUID(&removal->Event, &GUID_TARGET_DEVICE_REMOVE_COMPLETE)) {
        target_calls[2]++;
        ObDereferenceObject(opened);
        IoUnregisterPlugPlayNotification(target_handle); /* in its own callback */
    }
    return STATUS_SUCCESS;
}

TEST(who_has_a_file_open_is_asked_before_the_device_goes)
{
    PDEVICE_OBJECT top;
    begin();
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, TRUE), 0);
    EXPECT_EQUAL(IoGetDeviceObjectPointer(&link_name, FILE_ALL_ACCESS, &opened, &top), 0);
    EXPECT(top == device);
    EXPECT_EQUAL(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, opened, driver,
                                                target_changed, NULL, &target_handle),
                 0);
    verdict = STATUS_UNSUCCESSFUL;
    EXPECT_EQUAL(expool_pnp_send(pdo, IRP_MN_QUERY_REMOVE_DEVICE), STATUS_UNSUCCESSFUL);
    EXPECT_EQUAL(target_calls[1], 1);
    verdict = STATUS_SUCCESS;
    EXPECT_EQUAL(expool_pnp_send(pdo, IRP_MN_QUERY_REMOVE_DEVICE), 0);
    EXPECT_EQUAL(target_calls[0], 2);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, FALSE), 0);
    end();
    EXPECT_EQUAL(target_calls[2], 1);
}

static NTSTATUS registers_again(PVOID structure, PVOID context)
{
    (void)structure;
    PVOID *handles = context;
    arrivals++;
    return IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0,
                                          (PVOID)(uintptr_t)&guid_toaster, driver, registers_again,
                                          handles, &handles[arrivals]);
}

TEST(who_registers_in_a_callback_hears_of_the_next_change)
{
    PVOID handles[4] = {0};
    begin();
    EXPECT_EQUAL(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0,
                                                (PVOID)(uintptr_t)&guid_toaster, driver,
                                                registers_again, handles, &handles[0]),
                 0);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, TRUE), 0);
    EXPECT_EQUAL(arrivals, 1);
    EXPECT_EQUAL(IoSetDeviceInterfaceState(&link_name, FALSE), 0);
    EXPECT_EQUAL(arrivals, 3);
    for (unsigned i = 0; i < 4; i++)
        IoUnregisterPlugPlayNotification(handles[i]);
    end();
}

TEST(an_unknown_category_is_refused)
{
    PVOID handle;
    EXPECT_EQUAL(IoRegisterPlugPlayNotification(EventCategoryReserved, 0, NULL, NULL,
                                                interface_changed, NULL, &handle),
                 STATUS_INVALID_PARAMETER);
    EXPECT(handle == NULL);
}

TEST(a_device_has_the_properties_it_was_given)
{
    WCHAR text[64];
    ULONG bytes;
    begin();
    EXPECT_EQUAL(IoGetDeviceProperty(pdo, DevicePropertyFriendlyName, 0, NULL, &bytes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(expool_pnp_set_text(pdo, DevicePropertyFriendlyName, "Toaster 2"), 0);
    EXPECT_EQUAL(expool_pnp_set_text(pdo, DevicePropertyBusNumber, "1"), STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(IoGetDeviceProperty(pdo, DevicePropertyFriendlyName, 0, NULL, &bytes),
                 STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQUAL(bytes, 20);
    EXPECT_EQUAL(IoGetDeviceProperty(pdo, DevicePropertyFriendlyName, sizeof(text), text, &bytes),
                 0);
    EXPECT_EQUAL(memcmp(text, u"Toaster 2", 20), 0);
    EXPECT_EQUAL(IoGetDeviceProperty(pdo, DevicePropertyPhysicalDeviceObjectName, sizeof(text),
                                     text, &bytes),
                 0);
    EXPECT_EQUAL(memcmp(text, u"\\Device\\", 16), 0);
    EXPECT_EQUAL(text[bytes / 2 - 1], 0);
    EXPECT_EQUAL(IoGetDeviceProperty(device, DevicePropertyFriendlyName, 0, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    end();
}

TEST(a_device_and_its_driver_have_keys)
{
    HANDLE key;
    ULONG number = 7;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, u"Depth");
    begin();
    EXPECT_EQUAL(IoOpenDeviceRegistryKey(pdo, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key), 0);
    EXPECT_EQUAL(ZwSetValueKey(key, &name, 0, REG_DWORD, &number, sizeof(number)), 0);
    ZwClose(key);
    EXPECT_EQUAL(IoOpenDeviceRegistryKey(pdo, PLUGPLAY_REGKEY_DRIVER, KEY_ALL_ACCESS, &key), 0);
    EXPECT_EQUAL(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(key);
    EXPECT_EQUAL(IoOpenDeviceRegistryKey(pdo, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key), 0);
    EXPECT_EQUAL(ZwDeleteValueKey(key, &name), 0);
    ZwClose(key);
    EXPECT_EQUAL(IoOpenDeviceRegistryKey(pdo, 0, KEY_ALL_ACCESS, &key), STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(IoOpenDeviceRegistryKey(device, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key),
                 STATUS_INVALID_DEVICE_REQUEST);
    end();
}

TEST(what_has_changed_is_asked_for_soon)
{
    begin();
    IoInvalidateDeviceRelations(pdo, BusRelations);
    EXPECT_EQUAL(KeWaitForSingleObject(&asked, Executive, KernelMode, FALSE, NULL), 0);
    IoInvalidateDeviceRelations(pdo, TargetDeviceRelation); /* the answer is let go of */
    EXPECT_EQUAL(KeWaitForSingleObject(&asked, Executive, KernelMode, FALSE, NULL), 0);
    EXPECT_EQUAL(relations_asked, 2);
    IoInvalidateDeviceState(pdo);
    EXPECT_EQUAL(KeWaitForSingleObject(&asked, Executive, KernelMode, FALSE, NULL), 0);
    EXPECT_EQUAL(states_asked, 1);
    LARGE_INTEGER moment = {.QuadPart = -10 * 1000 * 50}; /* the worker lets go of the device */
    KeDelayExecutionThread(KernelMode, FALSE, &moment);
    end();
}

TEST(there_is_no_instrumentation)
{
    PVOID block = &block;
    UNICODE_STRING name;
    EXPECT_EQUAL(IoWMIRegistrationControl(NULL, WMIREG_ACTION_REGISTER), STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(IoWMIRegistrationControl(NULL, WMIREG_ACTION_DEREGISTER), 0);
    EXPECT_EQUAL(IoWMIOpenBlock(&guid_toaster, WMIGUID_NOTIFICATION, &block), STATUS_NOT_SUPPORTED);
    EXPECT(block == NULL);
    EXPECT_EQUAL(IoWMISetNotificationCallback(NULL, NULL, NULL), STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(IoWMIWriteEvent(NULL), STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(IoWMISuggestInstanceName(NULL, NULL, FALSE, &name), STATUS_NOT_SUPPORTED);
    begin();
    EXPECT(IoWMIDeviceObjectToProviderId(pdo) != IoWMIDeviceObjectToProviderId(device));
    end();
}

TESTS_MAIN("plug_play")
