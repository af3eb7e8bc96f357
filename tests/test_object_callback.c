#include "tests/expect.h"

#include <ntddk.h>

#include "expool/seh_words.h"

static unsigned before, after;
static ACCESS_MASK take_away, granted;
static PVOID first_asked;
static OB_OPERATION operation_seen;
static int contexts[2];

static OB_PREOP_CALLBACK_STATUS pre(PVOID context, POB_PRE_OPERATION_INFORMATION info)
{
    before++;
    operation_seen = info->Operation;
    if (first_asked == NULL)
        first_asked = context;
    EXPECT(info->ObjectType == *PsThreadType || info->ObjectType == *PsProcessType);
    info->Parameters->CreateHandleInformation.DesiredAccess &= ~take_away;
    info->Parameters->CreateHandleInformation.DesiredAccess |= WRITE_OWNER; /* not to be had */
    info->CallContext = context;
    return OB_PREOP_SUCCESS;
}

static VOID post(PVOID context, POB_POST_OPERATION_INFORMATION info)
{
    after++;
    EXPECT(info->CallContext == context);
    EXPECT_EQUAL(info->ReturnStatus, 0);
    granted = info->Parameters->CreateHandleInformation.GrantedAccess;
}

static OB_OPERATION_REGISTRATION operations[2];
static OB_CALLBACK_REGISTRATION registration;

static NTSTATUS watch(const WCHAR *altitude, int *context, PVOID *handle)
{
    const OB_OPERATION both = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE;
    operations[0] = (OB_OPERATION_REGISTRATION){PsProcessType, both, pre, post};
    operations[1] = (OB_OPERATION_REGISTRATION){PsThreadType, both, pre, post};
    registration = (OB_CALLBACK_REGISTRATION){.Version = OB_FLT_REGISTRATION_VERSION,
                                              .OperationRegistrationCount = 2,
                                              .RegistrationContext = context,
                                              .OperationRegistration = operations};
    RtlInitUnicodeString(&registration.Altitude, altitude);
    return ObRegisterCallbacks(&registration, handle);
}

static HANDLE open_thread(ACCESS_MASK access)
{
    HANDLE handle;
    EXPECT_EQUAL(ObOpenObjectByPointer(PsGetCurrentThread(), 0, NULL, access, *PsThreadType,
                                       KernelMode, &handle),
                 0);
    return handle;
}

static ACCESS_MASK access_of(HANDLE handle)
{
    PVOID object;
    OBJECT_HANDLE_INFORMATION information;
    EXPECT_EQUAL(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, &information), 0);
    ObDereferenceObject(object);
    return information.GrantedAccess;
}

TEST(a_routine_takes_rights_away_and_gives_none)
{
    PVOID handle;
    EXPECT_EQUAL(watch(u"1000", contexts, &handle), 0);
    take_away = 1;
    HANDLE thread = open_thread(3);
    EXPECT_EQUAL(access_of(thread), 2);
    EXPECT_EQUAL(granted, 2);
    HANDLE copy;
    EXPECT_EQUAL(ZwDuplicateObject(NtCurrentProcess(), thread, NtCurrentProcess(), &copy, 2, 0, 0),
                 0);
    EXPECT_EQUAL(operation_seen, OB_OPERATION_HANDLE_DUPLICATE);
    EXPECT_EQUAL(before, 2);
    EXPECT_EQUAL(after, 2);
    ObUnRegisterCallbacks(handle);
    EXPECT_EQUAL(ZwClose(copy), 0);
    EXPECT_EQUAL(ZwClose(thread), 0);
    EXPECT_EQUAL(access_of(thread = open_thread(3)), 3);
    EXPECT_EQUAL(before, 2);
    ZwClose(thread);
}

TEST(the_higher_altitude_is_asked_first)
{
    PVOID low, high, same;
    EXPECT_EQUAL(watch(u"99.5", &contexts[0], &low), 0);
    EXPECT_EQUAL(watch(u"100", &contexts[1], &high), 0);
    EXPECT_EQUAL(watch(u"100.0", contexts, &same), STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    EXPECT(same == NULL);
    ZwClose(open_thread(1));
    EXPECT(first_asked == &contexts[1]);
    EXPECT_EQUAL(before, 2);
    ObUnRegisterCallbacks(high);
    ObUnRegisterCallbacks(low);
}

TEST(a_process_of_ours_is_an_object_like_others)
{
    PVOID handle;
    PEPROCESS process = expool_process_create(SIZE_MAX, SIZE_MAX);
    HANDLE opened;
    EXPECT_EQUAL(watch(u"1", contexts, &handle), 0);
    EXPECT(ObGetObjectType(process) == *PsProcessType);
    EXPECT_EQUAL(ObOpenObjectByPointer(process, 0, NULL, 7, *PsProcessType, KernelMode, &opened),
                 0);
    EXPECT_EQUAL(before, 1);
    expool_process_close(process); /* the handle keeps it */
    EXPECT_EQUAL(access_of(opened), 7);
    ZwClose(opened);
    ObUnRegisterCallbacks(handle);
}

TEST(events_are_not_watched)
{
    PVOID handle;
    HANDLE event;
    EXPECT_EQUAL(watch(u"1", contexts, &handle), 0);
    EXPECT_EQUAL(ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), 0);
    EXPECT_EQUAL(before, 0);
    ZwClose(event);
    ObUnRegisterCallbacks(handle);
}

static void expect_refused(void)
{
    PVOID handle;
    EXPECT_EQUAL(ObRegisterCallbacks(&registration, &handle), STATUS_INVALID_PARAMETER);
}

TEST(a_registration_that_is_wrong_is_refused)
{
    PVOID handle;
    EXPECT_EQUAL(watch(u"5", contexts, &handle), 0);
    ObUnRegisterCallbacks(handle);
    registration.Version = 0x200;
    expect_refused();
    registration.Version = ObGetFilterVersion();
    registration.OperationRegistrationCount = 0;
    expect_refused();
    registration.OperationRegistrationCount = 1;
    operations[0].ObjectType = IoFileObjectType;
    expect_refused();
    operations[0].ObjectType = PsProcessType;
    operations[0].Operations = 4;
    expect_refused();
    operations[0].Operations = OB_OPERATION_HANDLE_CREATE;
    operations[0].PreOperation = NULL;
    operations[0].PostOperation = NULL;
    expect_refused();
    operations[0].PostOperation = post;
    registration.Altitude.Length = 0;
    expect_refused();
}

TEST(a_thread_tells_its_process)
{
    EXPECT(PsGetThreadProcessId(PsGetCurrentThread()) == PsGetCurrentProcessId());
}

TEST(there_are_no_transactions)
{
    HANDLE handle = (HANDLE)1;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT_EQUAL(ZwCreateTransactionManager(&handle, TRANSACTIONMANAGER_ALL_ACCESS, &attributes,
                                            NULL, TRANSACTION_MANAGER_VOLATILE, 0),
                 STATUS_NOT_SUPPORTED);
    EXPECT(handle == NULL);
    EXPECT_EQUAL(ZwCommitTransaction(NULL, TRUE), STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(ZwCreateResourceManager(&handle, 0, NULL, NULL, NULL, 0, NULL),
                 STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(ZwCreateEnlistment(&handle, 0, NULL, NULL, NULL, 0, 0, NULL),
                 STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(TmEnableCallbacks(NULL, NULL, NULL), STATUS_NOT_SUPPORTED);
    EXPECT_EQUAL(ZwCreateKeyTransacted(&handle, 0, NULL, 0, NULL, 0, NULL, NULL),
                 STATUS_NOT_SUPPORTED);
    EXPECT(*TmTransactionObjectType == NULL);
}

static WCHAR remaining[32];
static ULONG attributes_seen;
static KPROCESSOR_MODE mode_seen;

static NTSTATUS opens(PVOID context, PVOID what, PVOID structure)
{
    (void)context;
    const REG_OPEN_KEY_INFORMATION_V1 *open = structure;
    if ((REG_NOTIFY_CLASS)(ULONG_PTR)what != RegNtPreOpenKeyEx)
        return STATUS_SUCCESS;
    EXPECT_EQUAL(open->Version, 1);
    memcpy(remaining, open->RemainingName->Buffer, open->RemainingName->Length);
    attributes_seen = open->Attributes;
    mode_seen = open->CheckAccessMode;
    return STATUS_SUCCESS;
}

TEST(a_key_is_opened_as_version_1_says)
{
    const ULONG wanted = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_FORCE_ACCESS_CHECK;
    LARGE_INTEGER cookie;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    HANDLE key;
    ULONG minor;
    CmGetCallbackVersion(NULL, &minor);
    EXPECT_EQUAL(minor, 1);
    EXPECT_EQUAL(offsetof(REG_OPEN_KEY_INFORMATION_V1, Version),
                 offsetof(REG_OPEN_KEY_INFORMATION, Reserved));
    EXPECT_EQUAL(CmRegisterCallback(opens, NULL, &cookie), 0);
    RtlInitUnicodeString(&name, u"\\REGISTRY\\Machine\\Software");
    InitializeObjectAttributes(&attributes, &name, wanted, NULL, NULL);
    EXPECT_EQUAL(ZwOpenKey(&key, KEY_READ, &attributes), 0);
    EXPECT_EQUAL(memcmp(remaining, u"Machine\\Software", 32), 0);
    EXPECT_EQUAL(attributes_seen, wanted);
    EXPECT_EQUAL(mode_seen, UserMode);
    EXPECT_EQUAL(CmUnRegisterCallback(cookie), 0);
    ZwClose(key);
}

TEST(a_new_guid_is_another_one)
{
    UUID one, two;
    EXPECT_EQUAL(ExUuidCreate(&one), 0);
    EXPECT_EQUAL(ExUuidCreate(&two), 0);
    EXPECT(!IsEqualGUID(&one, &two));
    EXPECT_EQUAL(one.Data3 >> 12, 4);
    EXPECT_EQUAL(one.Data4[0] >> 6, 2);
}

TEST(the_version_by_the_old_routine)
{
    ULONG major, build;
    EXPECT(!PsGetVersion(&major, NULL, &build, NULL));
    EXPECT_EQUAL(major, 10);
    EXPECT_EQUAL(build, 22621);
}

static NTSTATUS assertion_code(void)
{
    NTSTATUS status = 0;
    __try {
        DbgRaiseAssertionFailure();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

TEST(a_failed_assertion_can_be_caught)
{
    EXPECT_EQUAL(assertion_code(), STATUS_ASSERTION_FAILURE);
}

TESTS_MAIN("object_callback")
