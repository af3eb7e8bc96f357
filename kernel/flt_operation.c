/* flt_operation.c - requests to a volume pass its filters. */
#include "kernel/flt_operation.h"

#include "kernel/object.h"
#include "kernel/pool_size.h"
#include "pool/util.h"

#include <string.h>

static bool is_wanted(const struct _FLT_INSTANCE *instance, PIRP irp, PIO_STACK_LOCATION location)
{
    const FLT_OPERATION_REGISTRATION *row = instance->filter->operations[location->MajorFunction];
    bool is_transfer =
        location->MajorFunction == IRP_MJ_READ || location->MajorFunction == IRP_MJ_WRITE;
    if (!instance->is_ready || row == NULL)
        return false;
    if ((row->Flags & FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO) != 0 &&
        (irp->Flags & IRP_PAGING_IO) != 0)
        return false;
    if ((row->Flags & FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO) != 0 && is_transfer &&
        (irp->Flags & IRP_NOCACHE) == 0)
        return false;
    return (row->Flags & FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO) == 0 ||
           (location->FileObject != NULL && (location->FileObject->Flags & FO_VOLUME_OPEN) != 0);
}

/* Below `above` where that is given: those down to it are passed over. */
static unsigned count_locked(PFLT_VOLUME volume, PIRP irp, PFLT_INSTANCE above,
                             PFLT_INSTANCE *found, unsigned room)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    unsigned count = 0;
    bool is_below = above == NULL;
    for (struct list *at = volume->instances.next; at != &volume->instances; at = at->next) {
        PFLT_INSTANCE instance = FLT_INSTANCE_OF_VOLUME(at);
        if (is_below && count < room && is_wanted(instance, irp, location) &&
            ExAcquireRundownProtection(&instance->object.users))
            found[count++] = instance;
        is_below = is_below || instance == above;
    }
    return count;
}

enum { INSTANCES_MOST = 64 };

static struct flt_operation *operation_make(PFLT_VOLUME volume, PIRP irp, PFLT_INSTANCE above)
{
    PFLT_INSTANCE found[INSTANCES_MOST];
    lock_take(&flt_lock);
    unsigned count = count_locked(volume, irp, above, found, INSTANCES_MOST);
    lock_drop(&flt_lock);
    struct flt_operation *operation = ExAllocatePool2(
        POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*operation) + (count * sizeof(operation->node[0]))),
        TAG_FLT_OPERATION);
    for (unsigned i = 0; i < count; i++)
        if (operation == NULL)
            FltObjectDereference(found[i]);
        else
            operation->node[i].instance = found[i];
    if (operation == NULL)
        return NULL;
    operation->count = count;
    operation->volume = volume;
    operation->irp = irp;
    operation->location = IoGetCurrentIrpStackLocation(irp);
    operation->original_mdl = irp->MdlAddress;
    operation->original_user = irp->UserBuffer;
    operation->original_system = irp->AssociatedIrp.SystemBuffer;
    KeInitializeEvent(&operation->done, NotificationEvent, FALSE);
    FLT_CALLBACK_DATA data = {.Flags = FLTFL_CALLBACK_DATA_IRP_OPERATION,
                              .Thread = irp->Tail.Overlay.Thread,
                              .Iopb = &operation->block,
                              .RequestorMode = irp->RequestorMode};
    if (above != NULL)
        data.Flags |= FLTFL_CALLBACK_DATA_GENERATED_IO;
    memcpy(&operation->data, &data, sizeof(data));
    flt_parameters_read(operation);
    irp->Tail.Overlay.DriverContext[3] = operation;
    return operation;
}

static void put_back(struct flt_operation *operation)
{
    PIRP irp = operation->irp;
    irp->MdlAddress = operation->original_mdl;
    irp->UserBuffer = operation->original_user;
    irp->AssociatedIrp.SystemBuffer = operation->original_system;
    if (operation->locked != NULL) {
        MmUnlockPages(operation->locked);
        IoFreeMdl(operation->locked);
    }
    for (unsigned i = 0; i < operation->count; i++)
        if (operation->node[i].swapped != NULL)
            IoFreeMdl(operation->node[i].swapped);
    while (operation->watches != NULL) {
        struct flt_watch *first = operation->watches;
        operation->watches = first->next;
        flt_watch_free(first);
    }
}

/* All have seen it. */
static void operation_end(struct flt_operation *operation)
{
    PIRP irp = operation->irp;
    PFILE_OBJECT file = operation->location->FileObject;
    irp->IoStatus = operation->data.IoStatus;
    put_back(operation);
    if (operation->block.MajorFunction == IRP_MJ_CREATE && file != NULL) {
        if (NT_SUCCESS(irp->IoStatus.Status))
            flt_stream_opened(operation->volume, file);
        else
            flt_stream_refused(operation->volume, file);
    }
    if (operation->block.MajorFunction == IRP_MJ_CLOSE && !operation->was_sent && file != NULL)
        flt_stream_closing(operation->volume, file);
    for (unsigned i = 0; i < operation->count; i++)
        FltObjectDereference(operation->node[i].instance);
    PFLT_VOLUME volume = operation->volume;
    ExFreePoolWithTag(operation, TAG_FLT_OPERATION);
    FltObjectDereference(volume);
    IofCompleteRequest(irp, IO_NO_INCREMENT);
}

void flt_operation_climb(struct flt_operation *operation)
{
    while (operation->at > 0) {
        struct flt_node *node = &operation->node[--operation->at];
        if (!node->wants_post)
            continue;
        const FLT_OPERATION_REGISTRATION *row =
            node->instance->filter->operations[operation->block.MajorFunction];
        operation->block.Parameters = node->seen;
        operation->block.TargetFileObject = node->seen_file;
        operation->block.TargetInstance = node->instance;
        operation->data.Flags |= FLTFL_CALLBACK_DATA_POST_OPERATION;
        if (row->PostOperation(&operation->data, &node->objects, node->context, 0) ==
            FLT_POSTOP_MORE_PROCESSING_REQUIRED)
            return;
    }
    operation_end(operation);
}

static NTSTATUS came_back(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    struct flt_operation *operation = context;
    (void)device;
    operation->data.IoStatus = irp->IoStatus;
    if (operation->waits)
        KeSetEvent(&operation->done, IO_NO_INCREMENT, FALSE);
    else
        flt_operation_climb(operation);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Those who asked what the request below returned; the operation may be over by now. */
static void tell_watchers(struct flt_watch *watches, const FLT_IO_PARAMETER_BLOCK *sent,
                          NTSTATUS status)
{
    while (watches != NULL) {
        struct flt_watch *first = watches;
        FLT_IO_PARAMETER_BLOCK block = *sent;
        watches = first->next;
        first->callback(&first->objects, &block, status, first->context);
        flt_watch_free(first);
    }
}

static void send(struct flt_operation *operation)
{
    PIRP irp = operation->irp;
    struct flt_watch *watches = operation->watches;
    FLT_IO_PARAMETER_BLOCK sent = operation->block;
    operation->watches = NULL;
    IoCopyCurrentIrpStackLocationToNext(irp);
    if ((operation->data.Flags & FLTFL_CALLBACK_DATA_DIRTY) != 0)
        flt_parameters_write(operation, IoGetNextIrpStackLocation(irp));
    operation->waits = operation->waits || operation->block.MajorFunction == IRP_MJ_CREATE;
    operation->was_sent = true;
    if (operation->block.MajorFunction == IRP_MJ_CLOSE && operation->location->FileObject != NULL)
        flt_stream_closing(operation->volume, operation->location->FileObject);
    bool waits = operation->waits; /* the operation may be over when the call returns */
    IoSetCompletionRoutine(irp, came_back, operation, TRUE, TRUE, TRUE);
    NTSTATUS status = IofCallDriver(operation->volume->below, irp);
    tell_watchers(watches, &sent, status);
    if (!waits)
        return;
    KeWaitForSingleObject(&operation->done, Executive, KernelMode, FALSE, NULL);
    flt_operation_climb(operation);
}

/* What the filter has put in is freed with the operation, unless the filter keeps it. */
static void note_swap(struct flt_operation *operation, struct flt_node *node)
{
    struct flt_buffer now;
    struct flt_buffer before;
    FLT_IO_PARAMETER_BLOCK block = operation->block;
    block.Parameters = node->seen;
    if (!flt_parameters_buffer(&operation->block, &now) || now.mdl == NULL || *now.mdl == NULL)
        return;
    if (!flt_parameters_buffer(&block, &before) || before.mdl == NULL)
        return;
    if (*now.mdl != *before.mdl && *now.mdl != operation->locked)
        node->swapped = *now.mdl;
}

/* False: the operation goes no further down. */
static bool take_answer(struct flt_operation *operation, FLT_PREOP_CALLBACK_STATUS status)
{
    struct flt_node *node = &operation->node[operation->at];
    const FLT_OPERATION_REGISTRATION *row =
        node->instance->filter->operations[operation->block.MajorFunction];
    switch (status) {
    case FLT_PREOP_SYNCHRONIZE: operation->waits = true; __attribute__((fallthrough));
    case FLT_PREOP_SUCCESS_WITH_CALLBACK:
        node->wants_post = row->PostOperation != NULL;
        note_swap(operation, node);
        operation->at++;
        return true;
    case FLT_PREOP_SUCCESS_NO_CALLBACK:
        note_swap(operation, node);
        operation->at++;
        return true;
    case FLT_PREOP_COMPLETE: return false;
    default: /* answers for fast I/O, to a request */
        operation->data.IoStatus.Status = STATUS_FLT_DISALLOW_FAST_IO;
        operation->data.IoStatus.Information = 0;
        return false;
    }
}

static FLT_PREOP_CALLBACK_STATUS ask(struct flt_operation *operation, struct flt_node *node)
{
    const FLT_OPERATION_REGISTRATION *row =
        node->instance->filter->operations[operation->block.MajorFunction];
    FLT_RELATED_OBJECTS objects = flt_related(node->instance, operation->block.TargetFileObject);
    memcpy(&node->objects, &objects, sizeof(objects));
    node->seen = operation->block.Parameters;
    node->seen_file = operation->block.TargetFileObject;
    operation->block.TargetInstance = node->instance;
    if (row->PreOperation == NULL)
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    return row->PreOperation(&operation->data, &node->objects, &node->context);
}

static void descend(struct flt_operation *operation)
{
    while (operation->at < operation->count) {
        FLT_PREOP_CALLBACK_STATUS status = ask(operation, &operation->node[operation->at]);
        if (status == FLT_PREOP_PENDING)
            return; /* somebody else's now, or over already */
        if (!take_answer(operation, status)) {
            flt_operation_climb(operation);
            return;
        }
    }
    send(operation);
}

void flt_operation_answer(struct flt_operation *operation, FLT_PREOP_CALLBACK_STATUS status)
{
    if (take_answer(operation, status))
        descend(operation);
    else
        flt_operation_climb(operation);
}

static NTSTATUS refuse(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS flt_dispatch_below(PFLT_VOLUME volume, PIRP irp, PFLT_INSTANCE above)
{
    if (!ExAcquireRundownProtection(&volume->object.users))
        return refuse(irp, STATUS_FLT_DELETING_OBJECT);
    struct flt_operation *operation = operation_make(volume, irp, above);
    if (operation == NULL) {
        FltObjectDereference(volume);
        return refuse(irp, STATUS_INSUFFICIENT_RESOURCES);
    }
    IoMarkIrpPending(irp);
    descend(operation);
    return STATUS_PENDING;
}

NTSTATUS flt_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    PFLT_VOLUME volume = *(PFLT_VOLUME *)device->DeviceExtension;
    return flt_dispatch_below(volume, irp, NULL);
}
