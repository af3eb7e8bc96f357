/* test_fork_callbacks.c - a fork while another thread is in a driver's routine: in the child nobody
 * is, and what was registered can be taken back. */
#include "tests/threads.h"
#include "tests/verified.h"

#include <ntifs.h>

#include <expool/driver.h>
#include <expool/interrupt.h>
#include <expool/registry.h>

#include <initguid.h>

#include <sys/wait.h>

enum { VECTOR = 9 };

DEFINE_GUID(guid_test, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

static atomic_bool is_inside;
static atomic_bool may_leave;

/* What each routine does: stays until it may leave. */
static void stay(void)
{
    atomic_store(&is_inside, true);
    while (!atomic_load(&may_leave))
        pause_ms(1);
}

static NTSTATUS registry_routine(PVOID context, PVOID argument1, PVOID argument2)
{
    (void)context, (void)argument1, (void)argument2;
    stay();
    return STATUS_SUCCESS;
}

static OB_PREOP_CALLBACK_STATUS handle_routine(PVOID context,
                                               POB_PRE_OPERATION_INFORMATION information)
{
    (void)context, (void)information;
    stay();
    return OB_PREOP_SUCCESS;
}

static BOOLEAN isr(PKINTERRUPT interrupt, PVOID context)
{
    (void)interrupt, (void)context;
    stay();
    return TRUE;
}

static NTSTATUS interface_routine(PVOID structure, PVOID context)
{
    (void)structure, (void)context;
    stay();
    return STATUS_SUCCESS;
}

static LARGE_INTEGER cookie;
static PVOID registration;
static PKINTERRUPT interrupt;
static PVOID notification;
static UNICODE_STRING link_name;

static void *open_key(void *unused)
{
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&name, u"\\Registry\\Machine\\Software");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenKey(&key, KEY_READ, &attributes)))
        ZwClose(key);
    return unused;
}

static void *open_thread(void *unused)
{
    HANDLE handle;
    if (NT_SUCCESS(ObOpenObjectByPointer(PsGetCurrentThread(), 0, NULL, 0, *PsThreadType,
                                         KernelMode, &handle)))
        ZwClose(handle);
    return unused;
}

static void *raise_interrupt(void *unused)
{
    expool_interrupt(VECTOR);
    return unused;
}

static void *set_interface(void *unused)
{
    IoSetDeviceInterfaceState(&link_name, TRUE);
    return unused;
}

static void leave_registry(void)
{
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), STATUS_SUCCESS);
}

static void leave_objects(void)
{
    ObUnRegisterCallbacks(registration);
}

static void leave_interrupt(void)
{
    IoDisconnectInterrupt(interrupt);
}

static void leave_interface(void)
{
    EXPECT_EQUAL(IoUnregisterPlugPlayNotification(notification), STATUS_SUCCESS);
}

/* Forks while a thread is in the routine; the child takes it back, then the parent does. */
static void fork_inside(void *(*enter)(void *), void (*leave)(void))
{
    int status = 1;
    pthread_t thread = start(enter, NULL);
    while (!atomic_load(&is_inside))
        pause_ms(1);
    pid_t child = fork();
    if (child == 0) {
        alarm(10);
        leave();
        _exit(0);
    }
    waitpid(child, &status, 0);
    EXPECT_EQUAL(status, 0);
    atomic_store(&may_leave, true);
    joined(thread);
    leave();
}

TEST(a_registry_callback_leaves_in_the_child)
{
    EXPECT_EQUAL(CmRegisterCallback(registry_routine, NULL, &cookie), STATUS_SUCCESS);
    fork_inside(open_key, leave_registry);
}

TEST(an_object_callback_leaves_in_the_child)
{
    OB_OPERATION_REGISTRATION operation = {PsThreadType, OB_OPERATION_HANDLE_CREATE, handle_routine,
                                           NULL};
    OB_CALLBACK_REGISTRATION wanted = {.Version = OB_FLT_REGISTRATION_VERSION,
                                       .OperationRegistrationCount = 1,
                                       .OperationRegistration = &operation};
    RtlInitUnicodeString(&wanted.Altitude, u"1");
    EXPECT_EQUAL(ObRegisterCallbacks(&wanted, &registration), STATUS_SUCCESS);
    fork_inside(open_thread, leave_objects);
}

TEST(an_interrupt_is_disconnected_in_the_child)
{
    EXPECT_EQUAL(IoConnectInterrupt(&interrupt, isr, NULL, NULL, VECTOR, 5, 5, LevelSensitive,
                                    FALSE, 1, FALSE),
                 STATUS_SUCCESS);
    fork_inside(raise_interrupt, leave_interrupt);
}

static NTSTATUS add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo)
{
    (void)driver;
    return IoRegisterDeviceInterface(pdo, &guid_test, NULL, &link_name);
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    driver->DriverExtension->AddDevice = add_device;
    return STATUS_SUCCESS;
}

TEST(a_notification_leaves_in_the_child)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT pdo;
    EXPECT_EQUAL(expool_driver_load(driver_entry, "fork", &driver), STATUS_SUCCESS);
    EXPECT_EQUAL(expool_pnp_add(driver, &pdo), STATUS_SUCCESS);
    EXPECT_EQUAL(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, 0,
                                                (PVOID)(uintptr_t)&guid_test, driver,
                                                interface_routine, NULL, &notification),
                 STATUS_SUCCESS);
    fork_inside(set_interface, leave_interface);
}

static ULONG query(HANDLE key, PVOID buffer)
{
    ULONG needed = 0;
    ZwQueryKey(key, KeyFullInformation, buffer, 256, &needed);
    return needed;
}

/* The fault's handler jumps out: had it come under the registry's lock, the next would hang. */
TEST(a_buffer_that_faults_does_so_with_no_lock_held)
{
    char sound[256];
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    EXPECT_EQUAL(expool_options_set("tier=guard:leaks=off"), 0);
    EXPECT(expool_verifier_start());
    RtlInitUnicodeString(&name, u"\\Registry\\Machine\\Software");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    EXPECT_EQUAL(ZwOpenKey(&key, KEY_READ, &attributes), STATUS_SUCCESS);
    char *gone = ExAllocatePool2(POOL_FLAG_NON_PAGED, 256, TAG);
    ExFreePool(gone);
    EXPECT_BUGCHECK_CODE(last_bugcheck()->code)
    {
        query(key, gone);
    }
    EXPECT(last_bugcheck()->code == 0xCC || last_bugcheck()->code == 0xD5);
    name = (UNICODE_STRING){10, 10, (PWSTR)(PVOID)gone};
    EXPECT_BUGCHECK_CODE(last_bugcheck()->code)
    {
        ZwDeleteValueKey(key, &name);
    }
    EXPECT(query(key, sound) != 0);
    ZwClose(key);
}

TESTS_MAIN("fork_callbacks")
