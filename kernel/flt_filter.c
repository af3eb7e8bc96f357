/* flt_filter.c - filters register, start and leave. */
#include "kernel/flt.h"
#include "kernel/io_device.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/flt_volume.h"
#include "expool/registry.h"
#include "expool/rtl_registry.h"
#include "expool/unicode_string.h"
#include "expool/zw_file.h"
#include "pool/fork.h"
#include "pool/util.h"

#include <stdlib.h>
#include <string.h>

struct lock flt_lock = LOCK_INITIALIZER;
LOCK_OVER_FORK(flt_lock)

static struct {
    struct list filters;
    unsigned long registered;
} filters = {.filters = {&filters.filters, &filters.filters}};

NTSTATUS FltObjectReference(PVOID FltObject)
{
    struct flt_object *object = FltObject;
    return ExAcquireRundownProtection(&object->users) ? STATUS_SUCCESS : STATUS_FLT_DELETING_OBJECT;
}

VOID FltObjectDereference(PVOID FltObject)
{
    struct flt_object *object = FltObject;
    ExReleaseRundownProtection(&object->users);
}

static PFLT_FILTER find_locked(PCUNICODE_STRING name)
{
    for (struct list *at = filters.filters.next; at != &filters.filters; at = at->next) {
        PFLT_FILTER filter = LIST_OWNER(at, struct _FLT_FILTER, link);
        if (RtlEqualUnicodeString(&filter->name, name, TRUE) &&
            ExAcquireRundownProtection(&filter->object.users))
            return filter;
    }
    return NULL;
}

PFLT_FILTER flt_filter_find(PCUNICODE_STRING name)
{
    lock_take(&flt_lock);
    PFLT_FILTER filter = find_locked(name);
    lock_drop(&flt_lock);
    return filter;
}

NTSTATUS FltGetFilterFromName(PCUNICODE_STRING FilterName, PFLT_FILTER *RetFilter)
{
    *RetFilter = flt_filter_find(FilterName);
    return *RetFilter != NULL ? STATUS_SUCCESS : STATUS_FLT_FILTER_NOT_FOUND;
}

/* The driver is to go: by the host, or by the system's services on Windows. */
static VOID unload_driver(PDRIVER_OBJECT driver)
{
    PFLT_FILTER found = NULL;
    lock_take(&flt_lock);
    for (struct list *at = filters.filters.next; at != &filters.filters; at = at->next)
        if (LIST_OWNER(at, struct _FLT_FILTER, link)->driver == driver)
            found = LIST_OWNER(at, struct _FLT_FILTER, link);
    lock_drop(&flt_lock);
    if (found == NULL)
        return;
    PDRIVER_UNLOAD own = found->driver_unload;
    if (found->registration.FilterUnloadCallback != NULL)
        found->registration.FilterUnloadCallback(FLTFL_FILTER_UNLOAD_MANDATORY);
    if (own != NULL)
        own(driver);
}

NTSTATUS FltUnloadFilter(PCUNICODE_STRING FilterName)
{
    PFLT_FILTER filter = flt_filter_find(FilterName);
    if (filter == NULL)
        return STATUS_FLT_FILTER_NOT_FOUND;
    PFLT_FILTER_UNLOAD_CALLBACK callback = filter->registration.FilterUnloadCallback;
    FltObjectDereference(filter); /* the callback waits for references to go */
    return callback != NULL ? callback(0) : STATUS_FLT_DO_NOT_DETACH;
}

static bool registration_fits(const FLT_REGISTRATION *registration)
{
    if ((registration->Version & 0xFF00) != (FLT_REGISTRATION_VERSION & 0xFF00))
        return false;
    return registration->Size <= sizeof(FLT_REGISTRATION) &&
           registration->Size >= offsetof(FLT_REGISTRATION, TransactionNotificationCallback);
}

/* One text of the registry into `text`; false: there is none. */
static bool read_text(const WCHAR *path, const WCHAR *name, UNICODE_STRING *text)
{
    RTL_QUERY_REGISTRY_TABLE table[2] = {0};
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED;
    table[0].Name = (PWSTR)(uintptr_t)name;
    table[0].EntryContext = text;
    return NT_SUCCESS(
        RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, (PWSTR)(uintptr_t)path, table, NULL, NULL));
}

static void append(UNICODE_STRING *text, PCUNICODE_STRING more)
{
    RtlAppendUnicodeStringToString(text, more);
    text->Buffer[text->Length / sizeof(WCHAR)] = 0;
}

/* Instances\DefaultInstance and its Altitude; what is not there is made up. */
static void read_instance(PFLT_FILTER filter)
{
    enum { PATH_LETTERS = 256 };
    static const WCHAR default_instance[] = u"DefaultInstance";
    static const WCHAR altitude[] = u"Altitude";
    WCHAR letters[PATH_LETTERS];
    UNICODE_STRING path = {0, sizeof(letters) - sizeof(WCHAR), letters};
    UNICODE_STRING instances;
    RtlInitUnicodeString(&instances, u"\\Instances");
    append(&path, &filter->driver->DriverExtension->ServiceKeyName);
    append(&path, &instances);
    filter->instance_name = (UNICODE_STRING){0, sizeof(filter->text[0]), filter->text[0]};
    filter->altitude = (UNICODE_STRING){0, sizeof(filter->text[1]), filter->text[1]};
    if (read_text(letters, default_instance, &filter->instance_name)) {
        RtlAppendUnicodeToString(&path, u"\\");
        append(&path, &filter->instance_name);
        read_text(letters, altitude, &filter->altitude);
    } else {
        RtlCopyUnicodeString(&filter->instance_name,
                             &filter->driver->DriverExtension->ServiceKeyName);
    }
    if (filter->altitude.Length == 0) {
        enum { FIRST_ALTITUDE = 100000, ALTITUDE_STEP = 10 };
        RtlIntegerToUnicodeString((ULONG)(FIRST_ALTITUDE + filters.registered * ALTITUDE_STEP), 10,
                                  &filter->altitude);
    }
}

NTSTATUS FltRegisterFilter(PDRIVER_OBJECT Driver, CONST FLT_REGISTRATION *Registration,
                           PFLT_FILTER *RetFilter)
{
    *RetFilter = NULL;
    if (!registration_fits(Registration))
        return STATUS_INVALID_PARAMETER;
    PFLT_FILTER filter =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*filter)), TAG_FLT_FILTER);
    if (filter == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(&filter->registration, Registration, Registration->Size);
    const FLT_OPERATION_REGISTRATION *row = filter->registration.OperationRegistration;
    for (; row != NULL && row->MajorFunction != IRP_MJ_OPERATION_END; row++)
        if (row->MajorFunction <= IRP_MJ_MAXIMUM_FUNCTION)
            filter->operations[row->MajorFunction] = row;
    ExInitializeRundownProtection(&filter->object.users);
    list_start(&filter->instances);
    filter->driver = Driver;
    filter->name = Driver->DriverExtension->ServiceKeyName;
    read_instance(filter);
    filter->driver_unload = Driver->DriverUnload;
    if ((filter->registration.Flags & FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP) == 0)
        Driver->DriverUnload = unload_driver;
    object_reference(Driver);
    lock_take(&flt_lock);
    filters.registered++;
    list_push(filters.filters.previous, &filter->link);
    lock_drop(&flt_lock);
    *RetFilter = filter;
    return STATUS_SUCCESS;
}

NTSTATUS FltStartFiltering(PFLT_FILTER Filter)
{
    lock_take(&flt_lock);
    bool was_started = Filter->is_started;
    Filter->is_started = true;
    lock_drop(&flt_lock);
    if (was_started)
        return STATUS_INVALID_PARAMETER;
    flt_volumes_attach(Filter);
    return STATUS_SUCCESS;
}

void flt_filters_attach(PFLT_VOLUME volume, FLT_INSTANCE_SETUP_FLAGS flags)
{
    lock_take(&flt_lock);
    struct list *at = filters.filters.next;
    while (at != &filters.filters) {
        PFLT_FILTER filter = LIST_OWNER(at, struct _FLT_FILTER, link);
        if (!filter->is_started || !ExAcquireRundownProtection(&filter->object.users)) {
            at = at->next;
            continue;
        }
        lock_drop(&flt_lock);
        PFLT_INSTANCE instance;
        const struct flt_attach attach = {.filter = filter, .volume = volume, .flags = flags};
        flt_instance_make(&attach, &instance); /* a filter may refuse: that is its answer */
        lock_take(&flt_lock);
        at = at->next; /* before the filter may go */
        ExReleaseRundownProtection(&filter->object.users);
    }
    lock_drop(&flt_lock);
}

/* The first instance, held; NULL: none is left. */
static PFLT_INSTANCE first_instance(PFLT_FILTER filter)
{
    PFLT_INSTANCE instance = NULL;
    lock_take(&flt_lock);
    if (!list_is_empty(&filter->instances))
        instance = LIST_OWNER(filter->instances.next, struct _FLT_INSTANCE, of_filter);
    lock_drop(&flt_lock);
    return instance;
}

VOID FltUnregisterFilter(PFLT_FILTER Filter)
{
    enum { LOOK_AGAIN_100NS = 1000 };
    lock_take(&flt_lock);
    Filter->is_started = false;
    lock_drop(&flt_lock);
    for (PFLT_INSTANCE at = first_instance(Filter); at != NULL; at = first_instance(Filter)) {
        LARGE_INTEGER pause = {.QuadPart = -LOOK_AGAIN_100NS};
        if (!flt_instance_end(at, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD))
            KeDelayExecutionThread(KernelMode, FALSE, &pause);
    }
    flt_contexts_drop(Filter, NULL);
    ExWaitForRundownProtectionRelease(&Filter->object.users);
    lock_take(&flt_lock);
    list_remove(&Filter->link);
    lock_drop(&flt_lock);
    if (Filter->driver->DriverUnload == unload_driver)
        Filter->driver->DriverUnload = Filter->driver_unload;
    object_release(Filter->driver);
    ExFreePoolWithTag(Filter, TAG_FLT_FILTER);
}
