/* flt_context.c - contexts: counted memory of a filter's, kept with an object.
 *
 *   | struct flt_context | the filter's bytes ... |
 *
 * A context is kept by (owner, file): an instance or volume, and FsContext or file object where the
 * type has one. All that are kept are on one list of flt_lock's. */
#include "kernel/flt.h"
#include "kernel/pool_size.h"

#include "expool/irql.h"
#include "expool/work_item.h"
#include "pool/order.h"

struct flt_context {
    struct list link; /* of kept contexts */
    WORK_QUEUE_ITEM work;
    PFLT_FILTER filter;
    const FLT_CONTEXT_REGISTRATION *row;
    const void *owner; /* NULL: not kept anywhere */
    const void *file;
    LONG references;
    FLT_CONTEXT_TYPE type;
    DECLSPEC_ALIGN(16) unsigned char body[];
};

static struct list kept = {&kept, &kept};

static struct flt_context *context_of(PFLT_CONTEXT body)
{
    return LIST_OWNER(body, struct flt_context, body);
}

static const FLT_CONTEXT_REGISTRATION *find_row(PFLT_FILTER filter, FLT_CONTEXT_TYPE type,
                                                SIZE_T size)
{
    const FLT_CONTEXT_REGISTRATION *row = filter->registration.ContextRegistration;
    for (; row != NULL && row->ContextType != FLT_CONTEXT_END; row++) {
        bool any_size =
            row->Size == FLT_VARIABLE_SIZED_CONTEXTS || row->ContextAllocateCallback != NULL;
        bool is_upper = (row->Flags & FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH) != 0;
        if (row->ContextType == type &&
            (any_size || row->Size == size || (is_upper && row->Size > size)))
            return row;
    }
    return NULL;
}

NTSTATUS FltAllocateContext(PFLT_FILTER Filter, FLT_CONTEXT_TYPE ContextType, SIZE_T ContextSize,
                            POOL_TYPE PoolType, PFLT_CONTEXT *ReturnedContext)
{
    *ReturnedContext = NULL;
    if (ContextType == FLT_VOLUME_CONTEXT && (PoolType & PagedPool) != 0)
        return STATUS_FLT_MUST_BE_NONPAGED_POOL;
    const FLT_CONTEXT_REGISTRATION *row = find_row(Filter, ContextType, ContextSize);
    if (row == NULL)
        return STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND;
    SIZE_T bytes = POOL_SIZE(sizeof(struct flt_context) + ContextSize);
    struct flt_context *context;
    if (row->ContextAllocateCallback != NULL)
        context = row->ContextAllocateCallback(PoolType, bytes, ContextType);
    else
        context = ExAllocatePoolUninitialized(PoolType, bytes, row->PoolTag);
    if (context == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *context =
        (struct flt_context){.filter = Filter, .row = row, .references = 1, .type = ContextType};
    *ReturnedContext = context->body;
    return FltObjectReference(Filter);
}

static VOID destroy(PVOID parameter)
{
    struct flt_context *context = parameter;
    const FLT_CONTEXT_REGISTRATION *row = context->row;
    PFLT_FILTER filter = context->filter;
    if (row->ContextCleanupCallback != NULL)
        row->ContextCleanupCallback(context->body, context->type);
    if (row->ContextFreeCallback != NULL)
        row->ContextFreeCallback(context, context->type);
    else
        ExFreePoolWithTag(context, row->PoolTag);
    FltObjectDereference(filter);
}

VOID FltReferenceContext(PFLT_CONTEXT Context)
{
    __atomic_add_fetch(&context_of(Context)->references, 1, __ATOMIC_RELAXED);
}

VOID FltReleaseContext(PFLT_CONTEXT Context)
{
    struct flt_context *context = context_of(Context);
    order_before(context);
    if (__atomic_sub_fetch(&context->references, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    order_after(context);
    if (KeGetCurrentIrql() <= APC_LEVEL) {
        destroy(context);
        return;
    }
    ExInitializeWorkItem(&context->work, destroy, context);
    ExQueueWorkItem(&context->work, DelayedWorkQueue);
}

/* Where a context of that filter is, or would be, kept. */
struct place {
    PFLT_FILTER filter;
    FLT_CONTEXT_TYPE type;
    const void *owner;
    const void *file;
};

static struct flt_context *find_locked(const struct place *place)
{
    for (struct list *at = kept.next; at != &kept; at = at->next) {
        struct flt_context *context = LIST_OWNER(at, struct flt_context, link);
        if (context->owner == place->owner && context->file == place->file &&
            context->type == place->type && context->filter == place->filter)
            return context;
    }
    return NULL;
}

static void take_out_locked(struct flt_context *context)
{
    list_remove(&context->link);
    context->owner = NULL;
}

/* *old gets a reference: the place's own when the context leaves it. */
static NTSTATUS put_locked(const struct place *place, FLT_SET_CONTEXT_OPERATION operation,
                           struct flt_context *fresh, struct flt_context **old)
{
    struct flt_context *before = find_locked(place);
    *old = before;
    if (fresh->owner != NULL)
        return STATUS_FLT_CONTEXT_ALREADY_LINKED;
    if (before != NULL && operation == FLT_SET_CONTEXT_KEEP_IF_EXISTS) {
        FltReferenceContext(before->body);
        return STATUS_FLT_CONTEXT_ALREADY_DEFINED;
    }
    if (before != NULL)
        take_out_locked(before);
    fresh->owner = place->owner;
    fresh->file = place->file;
    FltReferenceContext(fresh->body);
    list_push(&kept, &fresh->link);
    return STATUS_SUCCESS;
}

static NTSTATUS set_context(const struct place *place, FLT_SET_CONTEXT_OPERATION operation,
                            PFLT_CONTEXT new_context, PFLT_CONTEXT *old_context)
{
    struct flt_context *old = NULL;
    struct flt_context *fresh = context_of(new_context);
    if (old_context != NULL)
        *old_context = NULL;
    if (fresh->type != place->type || fresh->filter != place->filter)
        return STATUS_INVALID_PARAMETER;
    lock_take(&flt_lock);
    NTSTATUS status = put_locked(place, operation, fresh, &old);
    lock_drop(&flt_lock);
    if (old == NULL || status == STATUS_FLT_CONTEXT_ALREADY_LINKED)
        return status;
    if (old_context != NULL)
        *old_context = old->body;
    else
        FltReleaseContext(old->body);
    return status;
}

static NTSTATUS get_context(const struct place *place, PFLT_CONTEXT *context)
{
    lock_take(&flt_lock);
    struct flt_context *found = find_locked(place);
    if (found != NULL)
        FltReferenceContext(found->body);
    lock_drop(&flt_lock);
    *context = found != NULL ? found->body : NULL;
    return found != NULL ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

static NTSTATUS delete_context(const struct place *place, PFLT_CONTEXT *old_context)
{
    lock_take(&flt_lock);
    struct flt_context *found = find_locked(place);
    if (found != NULL)
        take_out_locked(found);
    lock_drop(&flt_lock);
    if (old_context != NULL)
        *old_context = found != NULL ? found->body : NULL;
    else if (found != NULL)
        FltReleaseContext(found->body);
    return found != NULL ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

VOID FltDeleteContext(PFLT_CONTEXT Context)
{
    struct flt_context *context = context_of(Context);
    lock_take(&flt_lock);
    bool was_kept = context->owner != NULL;
    if (was_kept)
        take_out_locked(context);
    lock_drop(&flt_lock);
    if (was_kept)
        FltReleaseContext(Context);
}

/* What goes with an owner (of one filter, unless NULL) or, owner NULL, with a filter. */
static struct flt_context *take_one(PFLT_FILTER filter, const void *owner)
{
    struct flt_context *found = NULL;
    lock_take(&flt_lock);
    for (struct list *at = kept.next; at != &kept && found == NULL; at = at->next) {
        struct flt_context *context = LIST_OWNER(at, struct flt_context, link);
        if ((filter == NULL || context->filter == filter) &&
            (owner == NULL || context->owner == owner))
            found = context;
    }
    if (found != NULL)
        take_out_locked(found);
    lock_drop(&flt_lock);
    return found;
}

void flt_contexts_drop(PFLT_FILTER filter, const void *owner)
{
    struct flt_context *found;
    while ((found = take_one(filter, owner)) != NULL)
        FltReleaseContext(found->body);
}

void flt_contexts_drop_file(PFLT_VOLUME volume, const void *file)
{
    struct flt_context *found;
    do {
        found = NULL;
        lock_take(&flt_lock);
        for (struct list *at = kept.next; at != &kept && found == NULL; at = at->next) {
            struct flt_context *context = LIST_OWNER(at, struct flt_context, link);
            if (context->file == file &&
                ((const struct _FLT_INSTANCE *)context->owner)->volume == volume)
                found = context;
        }
        if (found != NULL)
            take_out_locked(found);
        lock_drop(&flt_lock);
        if (found != NULL)
            FltReleaseContext(found->body);
    } while (found != NULL);
}

static struct place of_volume(PFLT_FILTER filter, PFLT_VOLUME volume)
{
    return (struct place){filter, FLT_VOLUME_CONTEXT, volume, NULL};
}

static struct place of_instance(PFLT_INSTANCE instance)
{
    return (struct place){instance->filter, FLT_INSTANCE_CONTEXT, instance, NULL};
}

static struct place of_file(PFLT_INSTANCE instance, FLT_CONTEXT_TYPE type, PFILE_OBJECT file)
{
    const void *key = type == FLT_STREAMHANDLE_CONTEXT ? (const void *)file : file->FsContext;
    return (struct place){instance->filter, type, instance, file->FsContext != NULL ? key : NULL};
}

NTSTATUS FltSetVolumeContext(PFLT_VOLUME Volume, FLT_SET_CONTEXT_OPERATION Operation,
                             PFLT_CONTEXT NewContext, PFLT_CONTEXT *OldContext)
{
    struct place place = of_volume(context_of(NewContext)->filter, Volume);
    return set_context(&place, Operation, NewContext, OldContext);
}

NTSTATUS FltSetInstanceContext(PFLT_INSTANCE Instance, FLT_SET_CONTEXT_OPERATION Operation,
                               PFLT_CONTEXT NewContext, PFLT_CONTEXT *OldContext)
{
    struct place place = of_instance(Instance);
    return set_context(&place, Operation, NewContext, OldContext);
}

NTSTATUS FltGetVolumeContext(PFLT_FILTER Filter, PFLT_VOLUME Volume, PFLT_CONTEXT *Context)
{
    struct place place = of_volume(Filter, Volume);
    return get_context(&place, Context);
}

NTSTATUS FltGetInstanceContext(PFLT_INSTANCE Instance, PFLT_CONTEXT *Context)
{
    struct place place = of_instance(Instance);
    return get_context(&place, Context);
}

NTSTATUS FltDeleteVolumeContext(PFLT_FILTER Filter, PFLT_VOLUME Volume, PFLT_CONTEXT *OldContext)
{
    struct place place = of_volume(Filter, Volume);
    return delete_context(&place, OldContext);
}

NTSTATUS FltDeleteInstanceContext(PFLT_INSTANCE Instance, PFLT_CONTEXT *OldContext)
{
    struct place place = of_instance(Instance);
    return delete_context(&place, OldContext);
}

/* The three that go with files, alike but for the type. */
#define FILE_CONTEXT_ROUTINES(kind, its_type)                                                      \
    NTSTATUS FltSet##kind##Context(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,                \
                                   FLT_SET_CONTEXT_OPERATION Operation, PFLT_CONTEXT NewContext,   \
                                   PFLT_CONTEXT *OldContext)                                       \
    {                                                                                              \
        struct place place = of_file(Instance, its_type, FileObject);                              \
        if (OldContext != NULL)                                                                    \
            *OldContext = NULL;                                                                    \
        if (place.file == NULL)                                                                    \
            return STATUS_NOT_SUPPORTED;                                                           \
        return set_context(&place, Operation, NewContext, OldContext);                             \
    }                                                                                              \
    NTSTATUS FltGet##kind##Context(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,                \
                                   PFLT_CONTEXT *Context)                                          \
    {                                                                                              \
        struct place place = of_file(Instance, its_type, FileObject);                              \
        *Context = NULL;                                                                           \
        return place.file != NULL ? get_context(&place, Context) : STATUS_NOT_SUPPORTED;           \
    }                                                                                              \
    NTSTATUS FltDelete##kind##Context(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,             \
                                      PFLT_CONTEXT *OldContext)                                    \
    {                                                                                              \
        struct place place = of_file(Instance, its_type, FileObject);                              \
        return place.file != NULL ? delete_context(&place, OldContext) : STATUS_NOT_SUPPORTED;     \
    }                                                                                              \
    BOOLEAN FltSupports##kind##Contexts(PFILE_OBJECT FileObject)                                   \
    {                                                                                              \
        return FileObject->FsContext != NULL;                                                      \
    }

FILE_CONTEXT_ROUTINES(File, FLT_FILE_CONTEXT)
FILE_CONTEXT_ROUTINES(Stream, FLT_STREAM_CONTEXT)
FILE_CONTEXT_ROUTINES(StreamHandle, FLT_STREAMHANDLE_CONTEXT)
