#include "tests/expect.h"

#include <fltKernel.h>

#include "expool/filter.h"
#include "expool/registry.h"
#include "tests/memory_fs.h"
#include "tests/no_leaks.h"

/* Two filters of one body: each notes what passes it. */
struct filter {
    PFLT_FILTER filter;
    PFLT_INSTANCE instance;
    PDRIVER_OBJECT driver;
    FLT_PREOP_CALLBACK_STATUS answer; /* to reads */
    unsigned pre[IRP_MJ_MAXIMUM_FUNCTION + 1];
    unsigned post[IRP_MJ_MAXIMUM_FUNCTION + 1];
    unsigned setups, starts, completes, cleanups;
    KIRQL post_irql;
    PFLT_CALLBACK_DATA held;
    NTSTATUS unload_status;
};
static struct filter filters[2];
static char order[64];

static void note(char what)
{
    size_t letters = strlen(order);
    if (letters < sizeof(order) - 1)
        order[letters] = what;
}

static struct filter *self(PFLT_FILTER filter)
{
    return filters[1].filter == filter ? &filters[1] : &filters[0];
}

static NTSTATUS told;
static bool watches;
static VOID tell(PCFLT_RELATED_OBJECTS objects, PFLT_IO_PARAMETER_BLOCK block, NTSTATUS status,
                 PVOID context)
{
    EXPECT(objects->Filter == filters[0].filter && context == &told);
    EXPECT_TEXT(FltGetIrpName(block->MajorFunction), "IRP_MJ_READ");
    told = status;
}

static FLT_PREOP_CALLBACK_STATUS before(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                        PVOID *context)
{
    struct filter *own = self(objects->Filter);
    UCHAR major = data->Iopb->MajorFunction;
    own->pre[major]++;
    own->instance = objects->Instance;
    EXPECT(objects->FileObject == data->Iopb->TargetFileObject);
    if (major != IRP_MJ_READ)
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    if (watches)
        EXPECT_EQUAL(FltRequestOperationStatusCallback(data, tell, &told), 0);
    note(own == &filters[0] ? 'a' : 'b');
    *context = own;
    if (own->answer == FLT_PREOP_PENDING)
        own->held = data;
    if (own->answer == FLT_PREOP_COMPLETE) {
        data->IoStatus.Status = STATUS_ACCESS_DENIED;
        data->IoStatus.Information = 0;
    }
    return own->answer;
}

static FLT_POSTOP_CALLBACK_STATUS after(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                        PVOID context, FLT_POST_OPERATION_FLAGS flags)
{
    struct filter *own = self(objects->Filter);
    EXPECT_EQUAL(flags, 0);
    own->post[data->Iopb->MajorFunction]++;
    if (data->Iopb->MajorFunction != IRP_MJ_READ)
        return FLT_POSTOP_FINISHED_PROCESSING;
    EXPECT(context == own);
    own->post_irql = KeGetCurrentIrql();
    note(own == &filters[0] ? 'A' : 'B');
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static NTSTATUS set_up(PCFLT_RELATED_OBJECTS objects, FLT_INSTANCE_SETUP_FLAGS flags,
                       DEVICE_TYPE device, FLT_FILESYSTEM_TYPE type)
{
    EXPECT((flags & (FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT |
                     FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT)) != 0);
    EXPECT_EQUAL(device, FILE_DEVICE_DISK_FILE_SYSTEM);
    EXPECT_EQUAL(type, FLT_FSTYPE_NTFS);
    self(objects->Filter)->setups++;
    return STATUS_SUCCESS;
}

static NTSTATUS agree(PCFLT_RELATED_OBJECTS objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS flags)
{
    (void)objects;
    (void)flags;
    return STATUS_SUCCESS;
}

static VOID start_teardown(PCFLT_RELATED_OBJECTS objects, FLT_INSTANCE_TEARDOWN_FLAGS reason)
{
    (void)reason;
    self(objects->Filter)->starts++;
}

static VOID complete_teardown(PCFLT_RELATED_OBJECTS objects, FLT_INSTANCE_TEARDOWN_FLAGS reason)
{
    (void)reason;
    self(objects->Filter)->completes++;
}

static unsigned cleanups;
static VOID clean_up(PFLT_CONTEXT context, FLT_CONTEXT_TYPE type)
{
    (void)context;
    (void)type;
    EXPECT(KeGetCurrentIrql() <= APC_LEVEL);
    cleanups++;
}

static NTSTATUS unload_first(FLT_FILTER_UNLOAD_FLAGS flags)
{
    if (!NT_SUCCESS(filters[0].unload_status) && flags == 0)
        return filters[0].unload_status;
    FltUnregisterFilter(filters[0].filter);
    return STATUS_SUCCESS;
}

static NTSTATUS unload_second(FLT_FILTER_UNLOAD_FLAGS flags)
{
    EXPECT_EQUAL(flags, FLTFL_FILTER_UNLOAD_MANDATORY);
    FltUnregisterFilter(filters[1].filter);
    return STATUS_SUCCESS;
}

#define ROW(major)                                                                                 \
    {                                                                                              \
        .MajorFunction = (major), .PreOperation = before, .PostOperation = after                   \
    }
static const FLT_OPERATION_REGISTRATION operations[] = {
    ROW(IRP_MJ_CREATE), ROW(IRP_MJ_READ),    ROW(IRP_MJ_WRITE),
    ROW(IRP_MJ_CLOSE),  ROW(IRP_MJ_CLEANUP), {.MajorFunction = IRP_MJ_OPERATION_END}};

#define CONTEXT(type)                                                                              \
    {                                                                                              \
        .ContextType = (type), .ContextCleanupCallback = clean_up, .Size = 40, .PoolTag = 'tseT'   \
    }
static const FLT_CONTEXT_REGISTRATION contexts[] = {
    CONTEXT(FLT_VOLUME_CONTEXT), CONTEXT(FLT_INSTANCE_CONTEXT),
    CONTEXT(FLT_STREAM_CONTEXT), CONTEXT(FLT_STREAMHANDLE_CONTEXT),
    CONTEXT(FLT_FILE_CONTEXT),   {.ContextType = FLT_CONTEXT_END}};

static FLT_REGISTRATION registration = {.Size = sizeof(FLT_REGISTRATION),
                                        .Version = FLT_REGISTRATION_VERSION,
                                        .ContextRegistration = contexts,
                                        .OperationRegistration = operations,
                                        .InstanceSetupCallback = set_up,
                                        .InstanceQueryTeardownCallback = agree,
                                        .InstanceTeardownStartCallback = start_teardown,
                                        .InstanceTeardownCompleteCallback = complete_teardown};

static NTSTATUS enter(PDRIVER_OBJECT driver, unsigned which, PFLT_FILTER_UNLOAD_CALLBACK unload)
{
    filters[which].driver = driver;
    filters[which].answer = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    registration.FilterUnloadCallback = unload;
    NTSTATUS status = FltRegisterFilter(driver, &registration, &filters[which].filter);
    return NT_SUCCESS(status) ? FltStartFiltering(filters[which].filter) : status;
}

static NTSTATUS enter_first(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    return enter(driver, 0, unload_first);
}

static NTSTATUS enter_second(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    return enter(driver, 1, unload_second);
}

static PFLT_VOLUME volume;
static PDRIVER_OBJECT file_system;

static void begin(ULONG flags)
{
    memory_fs.device_flags = flags;
    EXPECT_EQUAL(expool_driver_load(memory_fs_entry, "MemoryFs", &file_system), 0);
    EXPECT_EQUAL(expool_volume_mount("\\Device\\MemoryVolume", FLT_FSTYPE_NTFS, &volume), 0);
    EXPECT_EQUAL(expool_driver_load(enter_first, "First", &filters[0].driver), 0);
}

static void end(void)
{
    EXPECT_EQUAL(expool_driver_unload(filters[0].driver), 0);
    EXPECT_EQUAL(expool_volume_dismount(volume), 0);
    EXPECT_EQUAL(expool_driver_unload(file_system), 0);
    expect_no_filter_leaks();
}

static PFILE_OBJECT open_file(const char *name)
{
    PFILE_OBJECT file;
    EXPECT_EQUAL(expool_device_open(name, &file), 0);
    return file;
}

static void write_and_read(PFILE_OBJECT file)
{
    size_t bytes;
    char text[16] = {0};
    EXPECT_EQUAL(expool_device_write(file, "hello", 5, 0, &bytes), 0);
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, &bytes), 0);
    EXPECT_EQUAL(bytes, 5);
    EXPECT(strcmp(text, "hello") == 0);
}

TEST(an_operation_passes_the_filters_by_altitude_and_back)
{
    static const ULONG kinds[] = {0, DO_BUFFERED_IO, DO_DIRECT_IO};
    for (unsigned i = 0; i < 3; i++) {
        memset(order, 0, sizeof(order));
        begin(kinds[i]);
        EXPECT_EQUAL(expool_driver_load(enter_second, "Second", &filters[1].driver), 0);
        PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
        write_and_read(file);
        EXPECT_TEXT(order, "baAB");
        EXPECT_EQUAL(expool_driver_unload(filters[1].driver), 0);
        expool_device_close(file);
        end();
    }
    EXPECT_EQUAL(filters[0].setups, 3);
    EXPECT_EQUAL(filters[0].starts, 3);
    EXPECT_EQUAL(filters[0].completes, 3);
    EXPECT_EQUAL(filters[0].pre[IRP_MJ_CREATE], 3);
    EXPECT_EQUAL(filters[0].post[IRP_MJ_CLOSE], 3);
}

#define INSTANCES "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Second\\Instances"
TEST(altitudes_come_from_the_registry)
{
    EXPECT_EQUAL(expool_registry_set_text(INSTANCES, "DefaultInstance", "Low"), 0);
    EXPECT_EQUAL(expool_registry_set_text(INSTANCES "\\Low", "Altitude", "45000.5"), 0);
    begin(0);
    EXPECT_EQUAL(expool_driver_load(enter_second, "Second", &filters[1].driver), 0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    write_and_read(file);
    EXPECT_TEXT(order, "abBA");
    EXPECT(FltCompareInstanceAltitudes(filters[0].instance, filters[1].instance) > 0);
    expool_device_close(file);
    EXPECT_EQUAL(expool_driver_unload(filters[1].driver), 0);
    end();
}

TEST(a_filter_completes_an_operation_itself)
{
    char text[8];
    begin(0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    write_and_read(file);
    filters[0].answer = FLT_PREOP_COMPLETE;
    unsigned reads = memory_fs.count[IRP_MJ_READ];
    EXPECT_EQUAL((uint32_t)expool_device_read(file, text, sizeof(text), 0, NULL),
                 (uint32_t)STATUS_ACCESS_DENIED);
    filters[0].answer = FLT_PREOP_DISALLOW_FASTIO; /* no answer to a request */
    EXPECT_EQUAL((uint32_t)expool_device_read(file, text, sizeof(text), 0, NULL),
                 (uint32_t)STATUS_FLT_DISALLOW_FAST_IO);
    EXPECT_EQUAL(memory_fs.count[IRP_MJ_READ], reads);
    expool_device_close(file);
    end();
}

TEST(a_filter_holds_an_operation_and_lets_it_go)
{
    char text[8];
    size_t bytes;
    begin(0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    write_and_read(file);
    filters[0].answer = FLT_PREOP_PENDING;
    struct expool_request *request = expool_device_read_start(file, text, sizeof(text), 0);
    EXPECT(!expool_request_is_done(request));
    FltCompletePendedPreOperation(filters[0].held, FLT_PREOP_SUCCESS_WITH_CALLBACK, &filters[0]);
    EXPECT_EQUAL(expool_request_wait(request, &bytes), 0);
    EXPECT_EQUAL(bytes, 5);
    request = expool_device_read_start(file, text, sizeof(text), 0);
    filters[0].held->IoStatus.Status = STATUS_CANCELLED;
    FltCompletePendedPreOperation(filters[0].held, FLT_PREOP_COMPLETE, NULL);
    EXPECT_EQUAL((uint32_t)expool_request_wait(request, &bytes), (uint32_t)STATUS_CANCELLED);
    expool_device_close(file);
    end();
}

TEST(a_post_routine_runs_where_the_request_ends_or_synchronized_in_the_senders_thread)
{
    char text[8];
    begin(0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    write_and_read(file);
    memory_fs.is_late = TRUE;
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
    EXPECT_EQUAL(filters[0].post_irql, DISPATCH_LEVEL);
    filters[0].answer = FLT_PREOP_SYNCHRONIZE;
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
    EXPECT_EQUAL(filters[0].post_irql, PASSIVE_LEVEL);
    memory_fs.is_late = FALSE;
    expool_device_close(file);
    end();
}

TEST(a_context_lives_with_what_it_is_set_on)
{
    PFLT_CONTEXT first, second, old;
    begin(0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    PFLT_INSTANCE instance = filters[0].instance;
    PFLT_FILTER filter = filters[0].filter;
    EXPECT_EQUAL((uint32_t)FltAllocateContext(filter, FLT_STREAM_CONTEXT, 41, PagedPool, &first),
                 (uint32_t)STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND);
    EXPECT_EQUAL((uint32_t)FltAllocateContext(filter, FLT_VOLUME_CONTEXT, 40, PagedPool, &first),
                 (uint32_t)STATUS_FLT_MUST_BE_NONPAGED_POOL);
    EXPECT_EQUAL(FltAllocateContext(filter, FLT_STREAM_CONTEXT, 40, PagedPool, &first), 0);
    EXPECT_EQUAL(FltAllocateContext(filter, FLT_STREAM_CONTEXT, 40, PagedPool, &second), 0);
    EXPECT_EQUAL((uint32_t)FltGetStreamContext(instance, file, &old), (uint32_t)STATUS_NOT_FOUND);
    EXPECT_EQUAL((uint32_t)FltSetInstanceContext(instance, 0, first, NULL),
                 (uint32_t)STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(FltSetStreamContext(instance, file, FLT_SET_CONTEXT_KEEP_IF_EXISTS, first, &old),
                 0);
    EXPECT(old == NULL);
    EXPECT_EQUAL(
        (uint32_t)FltSetStreamContext(instance, file, FLT_SET_CONTEXT_KEEP_IF_EXISTS, second, &old),
        (uint32_t)STATUS_FLT_CONTEXT_ALREADY_DEFINED);
    EXPECT(old == first);
    FltReleaseContext(old);
    EXPECT_EQUAL((uint32_t)FltSetStreamContext(instance, file, FLT_SET_CONTEXT_REPLACE_IF_EXISTS,
                                               first, &old),
                 (uint32_t)STATUS_FLT_CONTEXT_ALREADY_LINKED);
    EXPECT_EQUAL(
        FltSetStreamContext(instance, file, FLT_SET_CONTEXT_REPLACE_IF_EXISTS, second, &old), 0);
    EXPECT(old == first);
    EXPECT_EQUAL(cleanups, 0);
    FltReleaseContext(old);
    FltReleaseContext(first);
    EXPECT_EQUAL(cleanups, 1);
    FltReleaseContext(second);
    PFILE_OBJECT again = open_file("\\Device\\MemoryVolume\\A.TXT");
    EXPECT_EQUAL(FltGetStreamContext(instance, again, &old), 0);
    EXPECT(old == second);
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    FltReleaseContext(old);
    KeLowerIrql(irql);
    expool_device_close(file);
    EXPECT_EQUAL(cleanups, 1);
    expool_device_close(again);
    EXPECT_EQUAL(cleanups, 2);
    end();
}

TEST(what_the_request_below_returned_is_told)
{
    char text[4];
    begin(0);
    PFILE_OBJECT file = open_file("\\Device\\MemoryVolume\\a.txt");
    write_and_read(file);
    watches = true;
    memory_fs.is_late = TRUE;
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
    EXPECT_EQUAL(told, STATUS_PENDING);
    memory_fs.is_late = FALSE;
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
    EXPECT_EQUAL(told, STATUS_SUCCESS);
    expool_device_close(file);
    end();
}

TESTS_MAIN("flt")
