#include "tests/expect.h"

#include <fltKernel.h>

#include "expool/filter.h"
#include "tests/memory_fs.h"
#include "tests/no_leaks.h"

/* One filter, whose routines each test brings. */
static PFLT_FILTER filter;
static PFLT_VOLUME volume;
static PFLT_INSTANCE instance;
static PDRIVER_OBJECT filter_driver, file_system;
static FLT_PREOP_CALLBACK_STATUS (*on_pre)(PFLT_CALLBACK_DATA data, PVOID *context);
static FLT_POSTOP_CALLBACK_STATUS (*on_post)(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                             PVOID context);

static FLT_PREOP_CALLBACK_STATUS before(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                        PVOID *context)
{
    (void)objects;
    return on_pre != NULL ? on_pre(data, context) : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

static FLT_POSTOP_CALLBACK_STATUS after(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                        PVOID context, FLT_POST_OPERATION_FLAGS flags)
{
    (void)flags;
    return on_post(data, objects, context);
}

static NTSTATUS unload(FLT_FILTER_UNLOAD_FLAGS flags)
{
    if (flags == 0)
        return STATUS_FLT_DO_NOT_DETACH;
    FltUnregisterFilter(filter);
    return STATUS_SUCCESS;
}

#define ROW(major)                                                                                 \
    {                                                                                              \
        .MajorFunction = (major), .PreOperation = before, .PostOperation = after                   \
    }
static const FLT_OPERATION_REGISTRATION operations[] = {ROW(IRP_MJ_CREATE),
                                                        ROW(IRP_MJ_READ),
                                                        ROW(IRP_MJ_WRITE),
                                                        ROW(IRP_MJ_SET_INFORMATION),
                                                        ROW(IRP_MJ_QUERY_INFORMATION),
                                                        {.MajorFunction = IRP_MJ_OPERATION_END}};

static const FLT_REGISTRATION registration = {.Size = sizeof(FLT_REGISTRATION),
                                              .Version = FLT_REGISTRATION_VERSION,
                                              .OperationRegistration = operations,
                                              .FilterUnloadCallback = unload};

static NTSTATUS enter(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)path;
    FLT_REGISTRATION old = registration;
    old.Version = 0x0100;
    EXPECT_EQUAL((uint32_t)FltRegisterFilter(driver, &old, &filter),
                 (uint32_t)STATUS_INVALID_PARAMETER);
    EXPECT_EQUAL(FltRegisterFilter(driver, &registration, &filter), 0);
    return FltStartFiltering(filter);
}

static PFILE_OBJECT begin(ULONG flags)
{
    PFILE_OBJECT file;
    memory_fs.device_flags = flags;
    EXPECT_EQUAL(expool_driver_load(memory_fs_entry, "MemoryFs", &file_system), 0);
    EXPECT_EQUAL(expool_driver_load(enter, "Filter", &filter_driver), 0);
    EXPECT_EQUAL(expool_volume_mount("\\Device\\MemoryVolume", FLT_FSTYPE_FAT, &volume), 0);
    EXPECT_EQUAL(FltGetVolumeInstanceFromName(filter, volume, NULL, &instance), 0);
    FltObjectDereference(instance);
    EXPECT_EQUAL(expool_device_open("\\Device\\MemoryVolume\\x\\file.a.txt:s", &file), 0);
    return file;
}

static void end(PFILE_OBJECT file)
{
    on_pre = NULL;
    expool_device_close(file);
    EXPECT_EQUAL(expool_volume_dismount(volume), 0);
    EXPECT_EQUAL(expool_driver_unload(filter_driver), 0);
    EXPECT_EQUAL(expool_driver_unload(file_system), 0);
    expect_no_filter_leaks();
}

/* A text of 16-bit letters against ASCII. */
static bool is_text(const UNICODE_STRING *text, const char *expected_text)
{
    size_t letters = strlen(expected_text);
    if (text->Length != letters * sizeof(WCHAR))
        return false;
    for (size_t i = 0; i < letters; i++)
        if (text->Buffer[i] != (WCHAR)(unsigned char)expected_text[i])
            return false;
    return true;
}

static unsigned named;
static FLT_PREOP_CALLBACK_STATUS look_at_name(PFLT_CALLBACK_DATA data, PVOID *context)
{
    (void)context;
    PFLT_FILE_NAME_INFORMATION name;
    EXPECT_EQUAL(FltGetFileNameInformation(
                     data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name),
                 0);
    EXPECT(is_text(&name->Name, "\\Device\\MemoryVolume\\x\\file.a.txt:s"));
    EXPECT_EQUAL(FltParseFileNameInformation(name), 0);
    EXPECT(is_text(&name->Volume, "\\Device\\MemoryVolume"));
    EXPECT(is_text(&name->ParentDir, "\\x\\"));
    EXPECT(is_text(&name->FinalComponent, "file.a.txt:s"));
    EXPECT(is_text(&name->Extension, "txt"));
    EXPECT(is_text(&name->Stream, ":s"));
    FltReferenceFileNameInformation(name);
    FltReleaseFileNameInformation(name);
    FltReleaseFileNameInformation(name);
    EXPECT_EQUAL((uint32_t)FltGetFileNameInformation(
                     data, FLT_FILE_NAME_SHORT | FLT_FILE_NAME_QUERY_DEFAULT, &name),
                 (uint32_t)STATUS_NOT_SUPPORTED);
    EXPECT(name == NULL);
    named++;
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

TEST(a_name_is_taken_apart)
{
    char text[4];
    PFLT_FILE_NAME_INFORMATION name;
    PFILE_OBJECT file = begin(0);
    on_pre = look_at_name;
    expool_device_read(file, text, sizeof(text), 0, NULL);
    EXPECT_EQUAL(named, 1);
    WCHAR other[] = {'b', '.', 'c'};
    EXPECT_EQUAL(FltGetDestinationFileNameInformation(instance, file, NULL, other, sizeof(other),
                                                      FLT_FILE_NAME_NORMALIZED, &name),
                 0);
    EXPECT(is_text(&name->Name, "\\Device\\MemoryVolume\\x\\b.c"));
    FltReleaseFileNameInformation(name);
    end(file);
}

enum { SWAP_BYTES = 16 };
static PMDL swapped;
static FLT_PREOP_CALLBACK_STATUS swap(PFLT_CALLBACK_DATA data, PVOID *context)
{
    if (data->Iopb->MajorFunction != IRP_MJ_READ)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    PVOID buffer = FltAllocatePoolAlignedWithTag(instance, NonPagedPoolNx, SWAP_BYTES, 'tseT');
    swapped = IoAllocateMdl(buffer, SWAP_BYTES, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(swapped);
    data->Iopb->Parameters.Read.ReadBuffer = buffer;
    data->Iopb->Parameters.Read.MdlAddress = swapped;
    FltSetCallbackDataDirty(data);
    *context = buffer;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

static KIRQL safe_irql;
static FLT_POSTOP_CALLBACK_STATUS copy_safely(PFLT_CALLBACK_DATA data,
                                              PCFLT_RELATED_OBJECTS objects, PVOID context,
                                              FLT_POST_OPERATION_FLAGS flags)
{
    (void)objects;
    (void)flags;
    PMDL *mdl;
    safe_irql = KeGetCurrentIrql();
    EXPECT_EQUAL(FltLockUserBuffer(data), 0);
    EXPECT_EQUAL(FltDecodeParameters(data, &mdl, NULL, NULL, NULL), 0);
    EXPECT(*mdl != NULL && *mdl != swapped);
    unsigned char *to = MmGetSystemAddressForMdlSafe(*mdl, NormalPagePriority);
    for (ULONG i = 0; i < data->IoStatus.Information; i++)
        to[i] = (unsigned char)(((unsigned char *)context)[i] + 1);
    FltFreePoolAlignedWithTag(instance, context, 'tseT');
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_POSTOP_CALLBACK_STATUS swap_back(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                            PVOID context)
{
    FLT_POSTOP_CALLBACK_STATUS answer;
    EXPECT(data->Iopb->Parameters.Read.MdlAddress == NULL);
    EXPECT(FltGetSwappedBufferMdlAddress(data) == swapped);
    EXPECT(FltDoCompletionProcessingWhenSafe(data, objects, context, 0, copy_safely, &answer));
    return answer;
}

TEST(buffers_are_swapped_and_copied_back_where_that_is_safe)
{
    char text[SWAP_BYTES] = {0};
    PFILE_OBJECT file = begin(0);
    EXPECT_EQUAL(expool_device_write(file, "abc", 3, 0, NULL), 0);
    on_pre = swap;
    on_post = swap_back;
    for (int late = 0; late < 2; late++) {
        memory_fs.is_late = late != 0;
        memset(text, 0, sizeof(text));
        EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
        EXPECT(memcmp(text, "bcd", 3) == 0);
        EXPECT_EQUAL(safe_irql, PASSIVE_LEVEL);
    }
    memory_fs.is_late = FALSE;
    end(file);
}

/* The queue of a filter. */
static FLT_CALLBACK_DATA_QUEUE queue;
static LIST_ENTRY queued = {&queued, &queued};
static FAST_MUTEX queue_lock;

static VOID lock_queue(PFLT_CALLBACK_DATA_QUEUE own, PKIRQL irql)
{
    (void)own;
    *irql = 0;
    ExAcquireFastMutex(&queue_lock);
}

static VOID unlock_queue(PFLT_CALLBACK_DATA_QUEUE own, KIRQL irql)
{
    (void)own;
    (void)irql;
    ExReleaseFastMutex(&queue_lock);
}

static NTSTATUS insert(PFLT_CALLBACK_DATA_QUEUE own, PFLT_CALLBACK_DATA data, PVOID context)
{
    (void)own;
    (void)context;
    InsertTailList(&queued, &data->QueueLinks);
    return STATUS_SUCCESS;
}

static VOID take_out(PFLT_CALLBACK_DATA_QUEUE own, PFLT_CALLBACK_DATA data)
{
    (void)own;
    RemoveEntryList(&data->QueueLinks);
}

static PFLT_CALLBACK_DATA peek(PFLT_CALLBACK_DATA_QUEUE own, PFLT_CALLBACK_DATA data, PVOID context)
{
    (void)own;
    (void)context;
    PLIST_ENTRY next = data != NULL ? data->QueueLinks.Flink : queued.Flink;
    return next != &queued ? CONTAINING_RECORD(next, FLT_CALLBACK_DATA, QueueLinks) : NULL;
}

static unsigned canceled;
static VOID complete_canceled(PFLT_CALLBACK_DATA_QUEUE own, PFLT_CALLBACK_DATA data)
{
    (void)own;
    canceled++;
    data->IoStatus.Status = STATUS_CANCELLED;
    FltCompletePendedPreOperation(data, FLT_PREOP_COMPLETE, NULL);
}

static NTSTATUS inserted;
static FLT_PREOP_CALLBACK_STATUS hold(PFLT_CALLBACK_DATA data, PVOID *context)
{
    (void)context;
    if (data->Iopb->MajorFunction != IRP_MJ_READ)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    inserted = FltCbdqInsertIo(&queue, data, NULL, NULL);
    return NT_SUCCESS(inserted) ? FLT_PREOP_PENDING : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

TEST(a_queue_gives_its_operations_once_to_its_filter_or_to_a_cancel)
{
    char text[4];
    PFILE_OBJECT file = begin(0);
    EXPECT_EQUAL(expool_device_write(file, "abc", 3, 0, NULL), 0);
    ExInitializeFastMutex(&queue_lock);
    EXPECT_EQUAL(FltCbdqInitialize(instance, &queue, insert, take_out, peek, lock_queue,
                                   unlock_queue, complete_canceled),
                 0);
    on_pre = hold;
    struct expool_request *first = expool_device_read_start(file, text, sizeof(text), 0);
    struct expool_request *second = expool_device_read_start(file, text, sizeof(text), 0);
    EXPECT(expool_request_cancel(first));
    EXPECT_EQUAL(canceled, 1);
    EXPECT_EQUAL((uint32_t)expool_request_wait(first, NULL), (uint32_t)STATUS_CANCELLED);
    PFLT_CALLBACK_DATA data = FltCbdqRemoveNextIo(&queue, NULL);
    EXPECT(data != NULL);
    EXPECT(FltCbdqRemoveNextIo(&queue, NULL) == NULL);
    EXPECT(!expool_request_cancel(second));
    FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, NULL);
    EXPECT_EQUAL(expool_request_wait(second, NULL), 0);
    FltCbdqDisable(&queue);
    EXPECT_EQUAL(expool_device_read(file, text, sizeof(text), 0, NULL), 0);
    EXPECT_EQUAL((uint32_t)inserted, (uint32_t)STATUS_FLT_CBDQ_DISABLED);
    FltCbdqEnable(&queue);
    end(file);
}

static PFLT_CALLBACK_DATA held;
static FLT_PREOP_CALLBACK_STATUS hold_one(PFLT_CALLBACK_DATA data, PVOID *context)
{
    (void)context;
    held = data;
    return data->Iopb->MajorFunction == IRP_MJ_READ ? FLT_PREOP_PENDING
                                                    : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

static VOID cancel(PFLT_CALLBACK_DATA data)
{
    complete_canceled(NULL, data);
}

TEST(a_held_operation_is_cancelled)
{
    char text[8];
    PFILE_OBJECT file = begin(0);
    on_pre = hold_one;
    struct expool_request *request = expool_device_read_start(file, text, sizeof(text), 0);
    EXPECT_EQUAL(FltSetCancelCompletion(held, cancel), 0);
    EXPECT(!FltIsIoCanceled(held));
    EXPECT_EQUAL(FltClearCancelCompletion(held), 0);
    EXPECT_EQUAL(FltSetCancelCompletion(held, cancel), 0);
    EXPECT(expool_request_cancel(request));
    EXPECT_EQUAL(canceled, 1);
    EXPECT_EQUAL((uint32_t)expool_request_wait(request, NULL), (uint32_t)STATUS_CANCELLED);
    end(file);
}

static FLT_PREOP_CALLBACK_STATUS want_post(PFLT_CALLBACK_DATA data, PVOID *context)
{
    (void)data;
    (void)context;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

static FLT_POSTOP_CALLBACK_STATUS take_back(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                            PVOID context)
{
    (void)context;
    FltCancelFileOpen(objects->Instance, objects->FileObject);
    data->IoStatus.Status = STATUS_ACCESS_DENIED;
    return FLT_POSTOP_FINISHED_PROCESSING;
}

TEST(an_open_taken_back_is_cleaned_up_and_closed)
{
    PFILE_OBJECT other;
    PFILE_OBJECT file = begin(0);
    on_pre = want_post;
    on_post = take_back;
    EXPECT_EQUAL((uint32_t)expool_device_open("\\Device\\MemoryVolume\\y", &other),
                 (uint32_t)STATUS_ACCESS_DENIED);
    EXPECT_EQUAL(memory_fs.count[IRP_MJ_CLEANUP], 1);
    EXPECT_EQUAL(memory_fs.count[IRP_MJ_CLOSE], 1);
    end(file);
}

static unsigned seen;
static FLT_PREOP_CALLBACK_STATUS count_all(PFLT_CALLBACK_DATA data, PVOID *context)
{
    (void)data;
    (void)context;
    seen++;
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

TEST(a_filters_own_requests_go_below_it)
{
    static const ULONG kinds[] = {0, DO_BUFFERED_IO, DO_DIRECT_IO};
    for (unsigned i = 0; i < 3; i++) {
        char text[8] = {0};
        char digits[] = "1234";
        ULONG bytes;
        BOOLEAN is_directory;
        LARGE_INTEGER start = {.QuadPart = 0};
        PFILE_OBJECT file = begin(kinds[i]);
        on_pre = count_all;
        EXPECT_EQUAL(FltWriteFile(instance, file, &start, 4, digits, 0, &bytes, NULL, NULL), 0);
        EXPECT_EQUAL(bytes, 4);
        EXPECT_EQUAL(FltReadFile(instance, file, &start, sizeof(text), text, 0, &bytes, NULL, NULL),
                     0);
        EXPECT_EQUAL(bytes, 4);
        EXPECT(memcmp(text, "1234", 4) == 0);
        EXPECT_EQUAL(FltIsDirectory(file, instance, &is_directory), 0);
        EXPECT(!is_directory);
        EXPECT_EQUAL(FltFlushBuffers(instance, file), 0);
        EXPECT_EQUAL(FltFsControlFile(instance, file, FSCTL_GET_REPARSE_POINT, text, 2, text,
                                      sizeof(text), &bytes),
                     0);
        EXPECT_EQUAL(seen, 0);
        on_pre = NULL;
        end(file);
    }
}

TESTS_MAIN("flt_data")
