/* flt_data.c - what a filter does with an operation that it sees. */
#include "kernel/flt_operation.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/irql.h"
#include "expool/process.h"
#include "expool/process_notify.h"
#include "expool/seh.h"
#include "pool/util.h"

#include <string.h>

VOID FltSetCallbackDataDirty(PFLT_CALLBACK_DATA Data)
{
    Data->Flags |= FLTFL_CALLBACK_DATA_DIRTY;
}

VOID FltClearCallbackDataDirty(PFLT_CALLBACK_DATA Data)
{
    Data->Flags &= ~FLTFL_CALLBACK_DATA_DIRTY;
}

BOOLEAN FltIsCallbackDataDirty(PFLT_CALLBACK_DATA Data)
{
    return (Data->Flags & FLTFL_CALLBACK_DATA_DIRTY) != 0;
}

VOID FltCompletePendedPreOperation(PFLT_CALLBACK_DATA CallbackData,
                                   FLT_PREOP_CALLBACK_STATUS CallbackStatus, PVOID Context)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    operation->node[operation->at].context = Context;
    flt_operation_answer(operation, CallbackStatus);
}

VOID FltCompletePendedPostOperation(PFLT_CALLBACK_DATA CallbackData)
{
    flt_operation_climb(flt_operation_of(CallbackData));
}

NTSTATUS FltDecodeParameters(PFLT_CALLBACK_DATA CallbackData, PMDL **MdlAddressPointer,
                             PVOID **Buffer, PULONG *Length, LOCK_OPERATION *DesiredAccess)
{
    struct flt_buffer where;
    bool has_buffer = flt_parameters_buffer(CallbackData->Iopb, &where);
    if (!has_buffer)
        where = (struct flt_buffer){0};
    if (MdlAddressPointer != NULL)
        *MdlAddressPointer = where.mdl;
    if (Buffer != NULL)
        *Buffer = where.buffer;
    if (Length != NULL)
        *Length = where.length;
    if (DesiredAccess != NULL)
        *DesiredAccess = where.access;
    return has_buffer ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* False: the pages cannot be had. */
static NTSTATUS lock_pages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    __try {
        MmProbeAndLockPages(mdl, mode, operation);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

NTSTATUS FltLockUserBuffer(PFLT_CALLBACK_DATA CallbackData)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    struct flt_buffer where;
    if (!flt_parameters_buffer(CallbackData->Iopb, &where) || where.mdl == NULL)
        return STATUS_INVALID_PARAMETER;
    if (*where.mdl != NULL || *where.length == 0)
        return STATUS_SUCCESS;
    PMDL mdl = IoAllocateMdl(*where.buffer, *where.length, FALSE, FALSE, NULL);
    if (mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = lock_pages(mdl, CallbackData->RequestorMode, where.access);
    if (!NT_SUCCESS(status)) {
        IoFreeMdl(mdl);
        return status;
    }
    *where.mdl = mdl;
    operation->locked = mdl;
    CallbackData->Flags |= FLTFL_CALLBACK_DATA_DIRTY; /* it goes down with the request */
    return STATUS_SUCCESS;
}

PMDL FltGetSwappedBufferMdlAddress(PFLT_CALLBACK_DATA CallbackData)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    return operation->node[operation->at].swapped;
}

VOID FltRetainSwappedBufferMdlAddress(PFLT_CALLBACK_DATA CallbackData)
{
    struct flt_operation *operation = flt_operation_of(CallbackData);
    operation->node[operation->at].swapped = NULL;
}

struct postponed {
    WORK_QUEUE_ITEM item;
    PFLT_CALLBACK_DATA data;
    PCFLT_RELATED_OBJECTS objects;
    void *context;
    FLT_POST_OPERATION_FLAGS flags;
    PFLT_POST_OPERATION_CALLBACK callback;
};

static VOID run_postponed(PVOID parameter)
{
    struct postponed work = *(struct postponed *)parameter;
    ExFreePoolWithTag(parameter, TAG_FLT_WORK);
    if (work.callback(work.data, work.objects, work.context, work.flags) ==
        FLT_POSTOP_FINISHED_PROCESSING)
        FltCompletePendedPostOperation(work.data);
}

BOOLEAN FltDoCompletionProcessingWhenSafe(PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS FltObjects,
                                          PVOID CompletionContext, FLT_POST_OPERATION_FLAGS Flags,
                                          PFLT_POST_OPERATION_CALLBACK SafePostCallback,
                                          PFLT_POSTOP_CALLBACK_STATUS RetPostOperationStatus)
{
    *RetPostOperationStatus = FLT_POSTOP_FINISHED_PROCESSING;
    if (KeGetCurrentIrql() <= APC_LEVEL) {
        *RetPostOperationStatus = SafePostCallback(Data, FltObjects, CompletionContext, Flags);
        return TRUE;
    }
    if ((Data->Iopb->IrpFlags & IRP_PAGING_IO) != 0)
        return FALSE;
    struct postponed *work =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*work)), TAG_FLT_WORK);
    if (work == NULL)
        return FALSE;
    *work = (struct postponed){.data = Data,
                               .objects = FltObjects,
                               .context = CompletionContext,
                               .flags = Flags,
                               .callback = SafePostCallback};
    ExInitializeWorkItem(&work->item, run_postponed, work);
    *RetPostOperationStatus = FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    ExQueueWorkItem(&work->item, DelayedWorkQueue);
    return TRUE;
}

BOOLEAN FltIsOperationSynchronous(PFLT_CALLBACK_DATA CallbackData)
{
    return IoIsOperationSynchronous(flt_operation_of(CallbackData)->irp);
}

BOOLEAN FltIs32bitProcess(PFLT_CALLBACK_DATA CallbackData)
{
    (void)CallbackData;
    return FALSE;
}

PEPROCESS FltGetRequestorProcess(PFLT_CALLBACK_DATA CallbackData)
{
    (void)CallbackData;
    return PsGetCurrentProcess();
}

ULONG FltGetRequestorProcessId(PFLT_CALLBACK_DATA CallbackData)
{
    return (ULONG)(ULONG_PTR)FltGetRequestorProcessIdEx(CallbackData);
}

HANDLE FltGetRequestorProcessIdEx(PFLT_CALLBACK_DATA CallbackData)
{
    return PsGetProcessId(FltGetRequestorProcess(CallbackData));
}

void flt_watch_free(struct flt_watch *watch)
{
    PFILE_OBJECT file = watch->objects.FileObject;
    FltObjectDereference(watch->objects.Instance);
    ExFreePoolWithTag(watch, TAG_FLT_OPERATION);
    if (file != NULL)
        object_release(file);
}

NTSTATUS FltRequestOperationStatusCallback(PFLT_CALLBACK_DATA Data,
                                           PFLT_GET_OPERATION_STATUS_CALLBACK CallbackRoutine,
                                           PVOID RequesterContext)
{
    struct flt_operation *operation = flt_operation_of(Data);
    struct flt_watch *watch =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*watch)), TAG_FLT_OPERATION);
    if (watch == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    struct flt_node *node = &operation->node[operation->at];
    struct flt_watch made = {.next = operation->watches,
                             .objects = flt_related(node->instance, node->objects.FileObject),
                             .callback = CallbackRoutine,
                             .context = RequesterContext};
    if (!NT_SUCCESS(FltObjectReference(node->instance))) {
        ExFreePoolWithTag(watch, TAG_FLT_OPERATION);
        return STATUS_FLT_DELETING_OBJECT;
    }
    if (node->objects.FileObject != NULL)
        object_reference(node->objects.FileObject);
    memcpy(watch, &made, sizeof(made));
    operation->watches = watch;
    return STATUS_SUCCESS;
}

PCHAR FltGetIrpName(UCHAR IrpMajorCode)
{
    static char names[][40] = {"IRP_MJ_CREATE",
                               "IRP_MJ_CREATE_NAMED_PIPE",
                               "IRP_MJ_CLOSE",
                               "IRP_MJ_READ",
                               "IRP_MJ_WRITE",
                               "IRP_MJ_QUERY_INFORMATION",
                               "IRP_MJ_SET_INFORMATION",
                               "IRP_MJ_QUERY_EA",
                               "IRP_MJ_SET_EA",
                               "IRP_MJ_FLUSH_BUFFERS",
                               "IRP_MJ_QUERY_VOLUME_INFORMATION",
                               "IRP_MJ_SET_VOLUME_INFORMATION",
                               "IRP_MJ_DIRECTORY_CONTROL",
                               "IRP_MJ_FILE_SYSTEM_CONTROL",
                               "IRP_MJ_DEVICE_CONTROL",
                               "IRP_MJ_INTERNAL_DEVICE_CONTROL",
                               "IRP_MJ_SHUTDOWN",
                               "IRP_MJ_LOCK_CONTROL",
                               "IRP_MJ_CLEANUP",
                               "IRP_MJ_CREATE_MAILSLOT",
                               "IRP_MJ_QUERY_SECURITY",
                               "IRP_MJ_SET_SECURITY",
                               "IRP_MJ_POWER",
                               "IRP_MJ_SYSTEM_CONTROL",
                               "IRP_MJ_DEVICE_CHANGE",
                               "IRP_MJ_QUERY_QUOTA",
                               "IRP_MJ_SET_QUOTA",
                               "IRP_MJ_PNP"};
    static char unknown[] = "IRP_MJ_UNKNOWN";
    return IrpMajorCode < COUNT_OF(names) ? names[IrpMajorCode] : unknown;
}
