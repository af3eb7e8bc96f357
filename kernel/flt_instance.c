/* flt_instance.c - a filter on a volume: set up, found, torn down. */
#include "kernel/flt.h"
#include "kernel/pool_size.h"

#include "expool/flt_volume.h"
#include "expool/unicode_string.h"

#include <string.h>

FLT_RELATED_OBJECTS flt_related(PFLT_INSTANCE instance, PFILE_OBJECT file)
{
    return (FLT_RELATED_OBJECTS){.Size = sizeof(FLT_RELATED_OBJECTS),
                                 .Filter = instance->filter,
                                 .Volume = instance->volume,
                                 .Instance = instance,
                                 .FileObject = file};
}

/* Altitudes are decimal fractions of any length: "370030.5" lies above "370030". */
static LONG compare_altitudes(PCUNICODE_STRING one, PCUNICODE_STRING other)
{
    const UNICODE_STRING *both[] = {one, other};
    size_t whole[2] = {0, 0}; /* digits before the point */
    for (unsigned i = 0; i < 2; i++)
        while (whole[i] < both[i]->Length / sizeof(WCHAR) && both[i]->Buffer[whole[i]] != '.')
            whole[i]++;
    if (whole[0] != whole[1])
        return whole[0] < whole[1] ? -1 : 1;
    return RtlCompareUnicodeString(one, other, FALSE);
}

LONG FltCompareInstanceAltitudes(PFLT_INSTANCE Instance1, PFLT_INSTANCE Instance2)
{
    return compare_altitudes(&Instance1->altitude, &Instance2->altitude);
}

static bool is_taken_locked(const struct _FLT_INSTANCE *instance)
{
    struct list *head = &instance->volume->instances;
    for (struct list *at = head->next; at != head; at = at->next) {
        const struct _FLT_INSTANCE *other = FLT_INSTANCE_OF_VOLUME(at);
        if (other->filter == instance->filter &&
            RtlEqualUnicodeString(&other->name, &instance->name, TRUE))
            return true;
    }
    return false;
}

static void insert_locked(PFLT_INSTANCE instance)
{
    struct list *head = &instance->volume->instances;
    struct list *at = head->next;
    while (at != head &&
           compare_altitudes(&FLT_INSTANCE_OF_VOLUME(at)->altitude, &instance->altitude) >= 0)
        at = at->next;
    list_push(at->previous, &instance->of_volume);
    list_push(&instance->filter->instances, &instance->of_filter);
}

static PFLT_INSTANCE allocate(const struct flt_attach *attach)
{
    PFLT_INSTANCE instance =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*instance)), TAG_FLT_INSTANCE);
    if (instance == NULL)
        return NULL;
    ExInitializeRundownProtection(&instance->object.users);
    instance->filter = attach->filter;
    instance->volume = attach->volume;
    instance->name = (UNICODE_STRING){0, sizeof(instance->text[0]), instance->text[0]};
    instance->altitude = (UNICODE_STRING){0, sizeof(instance->text[1]), instance->text[1]};
    bool named = attach->name != NULL && attach->name->Length != 0;
    bool high = attach->altitude != NULL && attach->altitude->Length != 0;
    RtlCopyUnicodeString(&instance->name, named ? attach->name : &attach->filter->instance_name);
    RtlCopyUnicodeString(&instance->altitude, high ? attach->altitude : &attach->filter->altitude);
    return instance;
}

static void forget(PFLT_INSTANCE instance)
{
    flt_contexts_drop(NULL, instance);
    lock_take(&flt_lock);
    list_remove(&instance->of_volume);
    list_remove(&instance->of_filter);
    lock_drop(&flt_lock);
    FltObjectDereference(instance->volume);
    ExFreePoolWithTag(instance, TAG_FLT_INSTANCE);
}

static NTSTATUS ask_filter(PFLT_INSTANCE instance, FLT_INSTANCE_SETUP_FLAGS flags)
{
    FLT_RELATED_OBJECTS objects = flt_related(instance, NULL);
    if (instance->filter->registration.InstanceSetupCallback == NULL)
        return STATUS_SUCCESS;
    return instance->filter->registration.InstanceSetupCallback(
        &objects, flags, instance->volume->device->DeviceType, instance->volume->type);
}

NTSTATUS flt_instance_make(const struct flt_attach *attach, PFLT_INSTANCE *instance)
{
    *instance = NULL;
    if (!NT_SUCCESS(FltObjectReference(attach->volume)))
        return STATUS_FLT_DELETING_OBJECT;
    PFLT_INSTANCE made = allocate(attach);
    if (made == NULL) {
        FltObjectDereference(attach->volume);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    lock_take(&flt_lock);
    bool is_taken = is_taken_locked(made);
    if (!is_taken)
        insert_locked(made);
    lock_drop(&flt_lock);
    if (is_taken) {
        FltObjectDereference(attach->volume);
        ExFreePoolWithTag(made, TAG_FLT_INSTANCE);
        return STATUS_FLT_INSTANCE_NAME_COLLISION;
    }
    NTSTATUS status = ask_filter(made, attach->flags);
    if (!NT_SUCCESS(status)) {
        ExWaitForRundownProtectionRelease(&made->object.users);
        forget(made);
        return status;
    }
    lock_take(&flt_lock);
    made->is_ready = true;
    lock_drop(&flt_lock);
    *instance = made;
    return STATUS_SUCCESS;
}

bool flt_instance_end(PFLT_INSTANCE instance, FLT_INSTANCE_TEARDOWN_FLAGS reason)
{
    lock_take(&flt_lock);
    bool is_ending = instance->is_ending || !instance->is_ready;
    if (!is_ending) {
        instance->is_ending = true;
        instance->is_ready = false;
    }
    lock_drop(&flt_lock);
    if (is_ending)
        return false;
    const FLT_REGISTRATION *registration = &instance->filter->registration;
    FLT_RELATED_OBJECTS objects = flt_related(instance, NULL);
    if (registration->InstanceTeardownStartCallback != NULL)
        registration->InstanceTeardownStartCallback(&objects, reason);
    ExWaitForRundownProtectionRelease(&instance->object.users);
    if (registration->InstanceTeardownCompleteCallback != NULL)
        registration->InstanceTeardownCompleteCallback(&objects, reason);
    forget(instance);
    return true;
}

NTSTATUS FltAttachVolumeAtAltitude(PFLT_FILTER Filter, PFLT_VOLUME Volume,
                                   PCUNICODE_STRING Altitude, PCUNICODE_STRING InstanceName,
                                   PFLT_INSTANCE *RetInstance)
{
    PFLT_INSTANCE instance;
    const struct flt_attach attach = {.filter = Filter,
                                      .volume = Volume,
                                      .altitude = Altitude,
                                      .name = InstanceName,
                                      .flags = FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT};
    NTSTATUS status = flt_instance_make(&attach, &instance);
    if (RetInstance == NULL)
        return status;
    *RetInstance = instance;
    return instance != NULL ? FltObjectReference(instance) : status;
}

NTSTATUS FltAttachVolume(PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName,
                         PFLT_INSTANCE *RetInstance)
{
    return FltAttachVolumeAtAltitude(Filter, Volume, NULL, InstanceName, RetInstance);
}

NTSTATUS FltGetVolumeInstanceFromName(PFLT_FILTER Filter, PFLT_VOLUME Volume,
                                      PCUNICODE_STRING InstanceName, PFLT_INSTANCE *RetInstance)
{
    PFLT_INSTANCE found = NULL;
    lock_take(&flt_lock);
    struct list *head = &Volume->instances;
    for (struct list *at = head->next; at != head && found == NULL; at = at->next) {
        PFLT_INSTANCE instance = FLT_INSTANCE_OF_VOLUME(at);
        bool fits = (Filter == NULL || instance->filter == Filter) &&
                    (InstanceName == NULL || InstanceName->Length == 0 ||
                     RtlEqualUnicodeString(&instance->name, InstanceName, TRUE));
        if (fits && instance->is_ready && NT_SUCCESS(FltObjectReference(instance)))
            found = instance;
    }
    lock_drop(&flt_lock);
    *RetInstance = found;
    return found != NULL ? STATUS_SUCCESS : STATUS_FLT_INSTANCE_NOT_FOUND;
}

NTSTATUS FltDetachVolume(PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName)
{
    PFLT_INSTANCE instance;
    NTSTATUS status = FltGetVolumeInstanceFromName(Filter, Volume, InstanceName, &instance);
    if (!NT_SUCCESS(status))
        return status;
    FLT_RELATED_OBJECTS objects = flt_related(instance, NULL);
    status = Filter->registration.InstanceQueryTeardownCallback == NULL
                 ? STATUS_FLT_DO_NOT_DETACH
                 : Filter->registration.InstanceQueryTeardownCallback(&objects, 0);
    FltObjectDereference(instance); /* the end waits for references to go */
    if (NT_SUCCESS(status) && !flt_instance_end(instance, FLTFL_INSTANCE_TEARDOWN_MANUAL))
        status = STATUS_FLT_DELETING_OBJECT;
    return status;
}

NTSTATUS FltEnumerateInstances(PFLT_VOLUME Volume, PFLT_FILTER Filter, PFLT_INSTANCE *InstanceList,
                               ULONG InstanceListSize, PULONG NumberInstancesReturned)
{
    ULONG count = 0;
    lock_take(&flt_lock);
    struct list *head = Volume != NULL ? &Volume->instances : &Filter->instances;
    for (struct list *at = head->next; at != head; at = at->next) {
        PFLT_INSTANCE instance = Volume != NULL ? FLT_INSTANCE_OF_VOLUME(at)
                                                : LIST_OWNER(at, struct _FLT_INSTANCE, of_filter);
        if (!instance->is_ready || (Filter != NULL && instance->filter != Filter))
            continue;
        if (count < InstanceListSize && NT_SUCCESS(FltObjectReference(instance)))
            InstanceList[count] = instance;
        count++;
    }
    lock_drop(&flt_lock);
    *NumberInstancesReturned = count;
    if (count <= InstanceListSize)
        return STATUS_SUCCESS;
    for (ULONG i = 0; i < InstanceListSize; i++)
        FltObjectDereference(InstanceList[i]);
    return STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS FltGetVolumeFromInstance(PFLT_INSTANCE Instance, PFLT_VOLUME *RetVolume)
{
    *RetVolume = Instance->volume;
    return FltObjectReference(*RetVolume);
}

NTSTATUS FltGetFilterFromInstance(PFLT_INSTANCE Instance, PFLT_FILTER *RetFilter)
{
    *RetFilter = Instance->filter;
    return FltObjectReference(*RetFilter);
}
