#include "tests/expect.h"

#include <fltKernel.h>

#include "expool/filter.h"
#include "tests/memory_fs.h"
#include "tests/no_leaks.h"

static PFLT_FILTER filter;
static PFLT_VOLUME volume;
static PDRIVER_OBJECT filter_driver, file_system;
static PFLT_PORT server, client;
static bool agrees;

static NTSTATUS unload(FLT_FILTER_UNLOAD_FLAGS flags)
{
    if (flags == 0)
        return STATUS_FLT_DO_NOT_DETACH;
    FltCloseCommunicationPort(server);
    FltUnregisterFilter(filter);
    return STATUS_SUCCESS;
}

static NTSTATUS agree(PCFLT_RELATED_OBJECTS objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS flags)
{
    (void)objects;
    (void)flags;
    return agrees ? STATUS_SUCCESS : STATUS_FLT_DO_NOT_DETACH;
}

static unsigned cleanups;
static VOID clean_up(PFLT_CONTEXT context, FLT_CONTEXT_TYPE type)
{
    (void)context;
    (void)type;
    cleanups++;
}

#define CONTEXT(type)                                                                              \
    {                                                                                              \
        .ContextType = (type), .ContextCleanupCallback = clean_up, .Size = 40, .PoolTag = 'tseT'   \
    }
static const FLT_CONTEXT_REGISTRATION contexts[] = {CONTEXT(FLT_VOLUME_CONTEXT),
                                                    CONTEXT(FLT_INSTANCE_CONTEXT),
                                                    CONTEXT(FLT_STREAMHANDLE_CONTEXT),
                                                    CONTEXT(FLT_FILE_CONTEXT),
                                                    {.ContextType = FLT_CONTEXT_END}};

static const FLT_REGISTRATION registration = {.Size = sizeof(FLT_REGISTRATION),
                                              .Version = FLT_REGISTRATION_VERSION,
                                              .ContextRegistration = contexts,
                                              .FilterUnloadCallback = unload,
                                              .InstanceQueryTeardownCallback = agree};

static NTSTATUS connect(PFLT_PORT port, PVOID server_cookie, PVOID context, ULONG bytes,
                        PVOID *cookie)
{
    EXPECT(server_cookie == &server);
    if (bytes == 0)
        return STATUS_ACCESS_DENIED;
    EXPECT(*(char *)context == 'x');
    client = port;
    *cookie = &client;
    return STATUS_SUCCESS;
}

static VOID disconnect(PVOID cookie)
{
    EXPECT(cookie == &client);
    FltCloseClientPort(filter, &client);
}

static NTSTATUS message(PVOID cookie, PVOID input, ULONG input_bytes, PVOID output,
                        ULONG output_bytes, PULONG returned)
{
    EXPECT(cookie == &client && input_bytes == 3 && output_bytes >= 3);
    memcpy(output, input, 3);
    *returned = 3;
    return STATUS_SUCCESS;
}

static NTSTATUS make_port(void)
{
    PSECURITY_DESCRIPTOR security;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    WCHAR letters[] = {'\\', 'P', 'o', 'r', 't', 0};
    RtlInitUnicodeString(&name, letters);
    EXPECT_EQUAL(FltBuildDefaultSecurityDescriptor(&security, FLT_PORT_ALL_ACCESS), 0);
    InitializeObjectAttributes(&attributes, &name, 0, NULL, security);
    EXPECT_EQUAL((uint32_t)FltCreateCommunicationPort(filter, &server, &attributes, &server,
                                                      connect, disconnect, message, 1),
                 (uint32_t)STATUS_INVALID_PARAMETER);
    attributes.Attributes = OBJ_KERNEL_HANDLE;
    NTSTATUS status = FltCreateCommunicationPort(filter, &server, &attributes, &server, connect,
                                                 disconnect, message, 1);
    FltFreeSecurityDescriptor(security);
    return status;
}

static NTSTATUS enter(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    EXPECT_EQUAL(FltRegisterFilter(driver, &registration, &filter), 0);
    EXPECT_EQUAL(make_port(), 0);
    return FltStartFiltering(filter);
}

static void begin(void)
{
    EXPECT_EQUAL(expool_driver_load(memory_fs_entry, "MemoryFs", &file_system), 0);
    EXPECT_EQUAL(expool_driver_load(enter, "Filter", &filter_driver), 0);
    EXPECT_EQUAL((uint32_t)expool_volume_mount("\\Device\\None", FLT_FSTYPE_FAT, &volume),
                 (uint32_t)STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL(expool_volume_mount("\\Device\\MemoryVolume", FLT_FSTYPE_FAT, &volume), 0);
}

static void end(void)
{
    EXPECT_EQUAL(expool_volume_dismount(volume), 0);
    EXPECT_EQUAL(expool_driver_unload(filter_driver), 0);
    EXPECT_EQUAL(expool_driver_unload(file_system), 0);
    expect_no_filter_leaks();
}

static unsigned answers;
static void answer(void *context, const void *text, uint32_t bytes, void *reply,
                   uint32_t *reply_bytes)
{
    EXPECT(context == &answers && bytes == 2 && memcmp(text, "hi", 2) == 0);
    if (*reply_bytes >= 2)
        memcpy(reply, "ok", 2);
    *reply_bytes = 2;
    answers++;
}

TEST(a_program_and_a_filter_speak_by_a_port)
{
    struct expool_port *port, *other;
    char hi[] = "hi";
    char reply[4] = {0};
    uint32_t returned;
    ULONG room = sizeof(reply);
    begin();
    EXPECT_EQUAL((uint32_t)expool_port_connect("\\None", "x", 1, &port),
                 (uint32_t)STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQUAL((uint32_t)expool_port_connect("\\Port", NULL, 0, &port),
                 (uint32_t)STATUS_ACCESS_DENIED);
    EXPECT_EQUAL(expool_port_connect("\\Port", "x", 1, &port), 0);
    EXPECT_EQUAL((uint32_t)expool_port_connect("\\Port", "x", 1, &other),
                 (uint32_t)STATUS_CONNECTION_COUNT_LIMIT);
    EXPECT_EQUAL(expool_port_send(port, "abc", 3, reply, sizeof(reply), &returned), 0);
    EXPECT_EQUAL(returned, 3);
    EXPECT(memcmp(reply, "abc", 3) == 0);
    EXPECT_EQUAL(FltSendMessage(filter, &client, hi, 2, reply, &room, NULL), STATUS_TIMEOUT);
    expool_port_on_message(port, answer, &answers);
    room = sizeof(reply);
    EXPECT_EQUAL(FltSendMessage(filter, &client, hi, 2, reply, &room, NULL), 0);
    EXPECT_EQUAL(room, 2);
    EXPECT(memcmp(reply, "ok", 2) == 0);
    room = 1;
    EXPECT_EQUAL((uint32_t)FltSendMessage(filter, &client, hi, 2, reply, &room, NULL),
                 (uint32_t)STATUS_BUFFER_OVERFLOW);
    EXPECT_EQUAL(answers, 2);
    expool_port_close(port);
    EXPECT(client == NULL);
    EXPECT_EQUAL((uint32_t)FltSendMessage(filter, &client, hi, 2, NULL, NULL, NULL),
                 (uint32_t)STATUS_PORT_DISCONNECTED);
    EXPECT_EQUAL(expool_port_connect("\\Port", "x", 1, &port), 0);
    expool_port_close(port);
    end();
}

TEST(instances_are_attached_and_detached_by_hand)
{
    PFLT_INSTANCE instance, found[2];
    UNICODE_STRING name, high;
    WCHAR letters[] = {'T', 'o', 'p', 0};
    WCHAR digits[] = {'4', '0', '0', '0', '0', '0', 0};
    ULONG count;
    RtlInitUnicodeString(&name, letters);
    RtlInitUnicodeString(&high, digits);
    begin();
    EXPECT_EQUAL((uint32_t)FltAttachVolume(filter, volume, NULL, NULL),
                 (uint32_t)STATUS_FLT_INSTANCE_NAME_COLLISION);
    EXPECT_EQUAL(FltAttachVolumeAtAltitude(filter, volume, &high, &name, &instance), 0);
    FltObjectDereference(instance);
    EXPECT_EQUAL((uint32_t)FltEnumerateInstances(volume, NULL, found, 1, &count),
                 (uint32_t)STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQUAL(FltEnumerateInstances(volume, NULL, found, 2, &count), 0);
    EXPECT_EQUAL(count, 2);
    EXPECT(found[0] == instance);
    EXPECT(FltCompareInstanceAltitudes(found[0], found[1]) > 0);
    FltObjectDereference(found[0]);
    FltObjectDereference(found[1]);
    EXPECT_EQUAL((uint32_t)FltDetachVolume(filter, volume, &name),
                 (uint32_t)STATUS_FLT_DO_NOT_DETACH);
    agrees = true;
    EXPECT_EQUAL(FltDetachVolume(filter, volume, &name), 0);
    EXPECT_EQUAL((uint32_t)FltDetachVolume(filter, volume, &name),
                 (uint32_t)STATUS_FLT_INSTANCE_NOT_FOUND);
    end();
}

TEST(a_volume_tells_what_it_is)
{
    ULONG bytes;
    WCHAR letters[32];
    UNICODE_STRING name = {0, sizeof(letters), letters};
    unsigned char room[sizeof(FLT_VOLUME_PROPERTIES) + 128] __attribute__((aligned(16)));
    FLT_VOLUME_PROPERTIES *properties = (FLT_VOLUME_PROPERTIES *)(void *)room;
    FLT_FILESYSTEM_TYPE type;
    PDEVICE_OBJECT device;
    PFLT_VOLUME found;
    PFILE_OBJECT file;
    begin();
    EXPECT_EQUAL((uint32_t)FltGetVolumeName(volume, NULL, &bytes),
                 (uint32_t)STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQUAL(bytes, sizeof(WCHAR[20]));
    EXPECT_EQUAL(FltGetVolumeName(volume, &name, &bytes), 0);
    EXPECT_EQUAL(FltGetVolumeFromName(filter, &name, &found), 0);
    EXPECT(found == volume);
    FltObjectDereference(found);
    EXPECT_EQUAL(FltGetVolumeProperties(volume, properties, sizeof(room), &bytes), 0);
    EXPECT_EQUAL(properties->SectorSize, MEMORY_FILE_BYTES);
    EXPECT_EQUAL(properties->FileSystemDeviceName.Length, name.Length);
    EXPECT_EQUAL((uint32_t)FltGetVolumeProperties(volume, properties, sizeof(*properties), &bytes),
                 (uint32_t)STATUS_BUFFER_OVERFLOW);
    EXPECT_EQUAL(FltGetFileSystemType(volume, &type), 0);
    EXPECT_EQUAL(type, FLT_FSTYPE_FAT);
    BOOLEAN is_writable;
    EXPECT_EQUAL(FltIsVolumeWritable(volume, &is_writable), 0);
    EXPECT(is_writable);
    EXPECT_EQUAL(FltGetDiskDeviceObject(volume, &device), 0);
    EXPECT(device == memory_fs.device);
    ObDereferenceObject(device);
    EXPECT_EQUAL(expool_device_open("\\Device\\MemoryVolume\\a", &file), 0);
    EXPECT_EQUAL(FltGetVolumeFromFileObject(filter, file, &found), 0);
    EXPECT(found == volume);
    FltObjectDereference(found);
    EXPECT_EQUAL((uint32_t)expool_volume_dismount(volume), (uint32_t)STATUS_DEVICE_BUSY);
    expool_device_close(file);
    EXPECT(FltGetRoutineAddress("FltSetVolumeContext") == (PVOID)(ULONG_PTR)FltSetVolumeContext);
    EXPECT(FltGetRoutineAddress("FltNothing") == NULL);
    end();
}

static KEVENT worked;
static VOID work(PFLT_GENERIC_WORKITEM item, PVOID object, PVOID context)
{
    EXPECT(object == filter && context == &worked);
    FltFreeGenericWorkItem(item);
    KeSetEvent(&worked, 0, FALSE);
}

TEST(work_keeps_its_filter)
{
    begin();
    KeInitializeEvent(&worked, NotificationEvent, FALSE);
    PFLT_GENERIC_WORKITEM item = FltAllocateGenericWorkItem();
    EXPECT_EQUAL(FltQueueGenericWorkItem(item, filter, work, DelayedWorkQueue, &worked), 0);
    KeWaitForSingleObject(&worked, Executive, KernelMode, FALSE, NULL);
    UNICODE_STRING name;
    WCHAR letters[] = {'f', 'i', 'l', 't', 'e', 'r', 0};
    RtlInitUnicodeString(&name, letters);
    EXPECT_EQUAL((uint32_t)FltUnloadFilter(&name), (uint32_t)STATUS_FLT_DO_NOT_DETACH);
    end();
    EXPECT_EQUAL((uint32_t)FltUnloadFilter(&name), (uint32_t)STATUS_FLT_FILTER_NOT_FOUND);
}

TEST(contexts_of_volume_instance_and_open_file_go_with_them)
{
    static const FLT_CONTEXT_TYPE types[] = {FLT_VOLUME_CONTEXT, FLT_INSTANCE_CONTEXT,
                                             FLT_STREAMHANDLE_CONTEXT, FLT_FILE_CONTEXT};
    PFLT_CONTEXT made[4];
    PFLT_INSTANCE instance;
    PFILE_OBJECT file;
    begin();
    EXPECT_EQUAL(FltGetVolumeInstanceFromName(filter, volume, NULL, &instance), 0);
    FltObjectDereference(instance);
    EXPECT_EQUAL(expool_device_open("\\Device\\MemoryVolume\\a.txt", &file), 0);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQUAL(FltAllocateContext(filter, types[i], 40, NonPagedPoolNx, &made[i]), 0);
    EXPECT_EQUAL(FltSetVolumeContext(volume, 0, made[0], NULL), 0);
    EXPECT_EQUAL(FltSetInstanceContext(instance, 0, made[1], NULL), 0);
    EXPECT_EQUAL(FltSetStreamHandleContext(instance, file, 0, made[2], NULL), 0);
    EXPECT_EQUAL(FltSetFileContext(instance, file, 0, made[3], NULL), 0);
    FLT_RELATED_CONTEXTS all;
    FLT_RELATED_OBJECTS objects = {
        .Filter = filter, .Volume = volume, .Instance = instance, .FileObject = file};
    FltGetContexts(&objects, FLT_ALL_CONTEXTS, &all);
    EXPECT(all.VolumeContext == made[0] && all.InstanceContext == made[1]);
    EXPECT(all.StreamHandleContext == made[2] && all.FileContext == made[3]);
    EXPECT(all.StreamContext == NULL);
    FltReleaseContexts(&all);
    for (unsigned i = 0; i < 4; i++)
        FltReleaseContext(made[i]);
    EXPECT_EQUAL(FltDeleteFileContext(instance, file, NULL), 0);
    EXPECT_EQUAL(cleanups, 1);
    expool_device_close(file);
    EXPECT_EQUAL(cleanups, 2);
    end();
    EXPECT_EQUAL(cleanups, 4);
}

TEST(a_filters_resource_is_taken_in_a_critical_region)
{
    ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    FltAcquireResourceExclusive(&resource);
    EXPECT(KeAreApcsDisabled());
    EXPECT(ExIsResourceAcquiredExclusiveLite(&resource));
    FltReleaseResource(&resource);
    FltAcquireResourceShared(&resource);
    EXPECT(ExIsResourceAcquiredSharedLite(&resource) == 1);
    FltReleaseResource(&resource);
    EXPECT(!KeAreApcsDisabled());
    ExDeleteResourceLite(&resource);
}

TEST(a_thread_tells_its_process)
{
    PEPROCESS process = expool_process_create(SIZE_MAX, SIZE_MAX);
    EXPECT(IoThreadToProcess(PsGetCurrentThread()) == PsInitialSystemProcess);
    expool_process_attach(process);
    EXPECT(IoThreadToProcess(PsGetCurrentThread()) == process);
    expool_process_attach(NULL);
    expool_process_close(process);
}

TEST(a_driver_opens_its_keys_and_a_volume_its_drive)
{
    HANDLE key;
    UNICODE_STRING drive, device, letter;
    WCHAR link[] = {'\\', 'D', 'o', 's', 'D', 'e', 'v', 'i', 'c', 'e', 's', '\\', 'Q', ':', 0};
    WCHAR target[32];
    ULONG bytes;
    begin();
    EXPECT_EQUAL(IoOpenDriverRegistryKey(filter_driver, DriverRegKeyParameters, KEY_READ, 0, &key),
                 0);
    ZwClose(key);
    EXPECT_EQUAL((uint32_t)IoOpenDriverRegistryKey(filter_driver, DriverRegKeySharedPersistentState,
                                                   KEY_READ, 0, &key),
                 (uint32_t)STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL((uint32_t)IoVolumeDeviceToDosName(memory_fs.device, &drive),
                 (uint32_t)STATUS_NOT_FOUND);
    RtlInitUnicodeString(&letter, link);
    RtlInitEmptyUnicodeString(&device, target, sizeof(target));
    EXPECT_EQUAL(FltGetVolumeName(volume, &device, &bytes), 0);
    EXPECT_EQUAL(IoCreateSymbolicLink(&letter, &device), 0);
    EXPECT_EQUAL(IoVolumeDeviceToDosName(memory_fs.device, &drive), 0);
    EXPECT(drive.Length == sizeof(WCHAR[2]) && drive.Buffer[0] == 'Q' && drive.Buffer[1] == ':');
    ExFreePool(drive.Buffer);
    EXPECT_EQUAL(IoDeleteSymbolicLink(&letter), 0);
    end();
}

TESTS_MAIN("flt_volume")
