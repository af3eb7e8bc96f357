/* ob_named_event.c - events as objects: with a name, behind a handle, or both. */
#include "kernel/ob_named_event.h"
#include "kernel/object.h"
#include "kernel/wide.h"

#include "kernel/zw_level.h"
#include "pool/ddi.h"
#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/util.h"

#include <string.h>

enum { NAME_LETTERS_MAX = 256 };

const struct object_type object_type_event = {.name = "Event", .tag = 'nevE'};

static struct lock making = LOCK_INITIALIZER; /* so that two makers of one name agree */
LOCK_NEW_AFTER_FORK(making)

/* One reference is the caller's. */
static NTSTATUS find_or_make(const UNICODE_STRING *name, EVENT_TYPE type, BOOLEAN state,
                             KEVENT **event)
{
    NTSTATUS status = STATUS_SUCCESS;
    lock_take(&making);
    *event = name != NULL ? object_find(name, NULL) : NULL;
    if (*event != NULL) {
        status = STATUS_OBJECT_NAME_EXISTS;
        if (object_type_of(*event) != &object_type_event) {
            object_release(*event);
            status = STATUS_OBJECT_TYPE_MISMATCH;
        }
    } else if ((*event = object_create(&object_type_event, sizeof(KEVENT))) != NULL) {
        KeInitializeEvent(*event, type, state);
        if (name != NULL && !NT_SUCCESS(status = object_give_name(*event, name)))
            object_release(*event);
    } else {
        status = STATUS_INSUFFICIENT_RESOURCES;
    }
    lock_drop(&making);
    return status;
}

static PKEVENT create(const UNICODE_STRING *name, EVENT_TYPE type, PHANDLE handle)
{
    KEVENT *event;
    if (!NT_SUCCESS(find_or_make(name, type, TRUE, &event)))
        return NULL;
    *handle = handle_open(event, EVENT_ALL_ACCESS, OBJ_KERNEL_HANDLE);
    object_release(event); /* the handle keeps it */
    return *handle != NULL ? event : NULL;
}

PKEVENT IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle)
{
    DDI_LEVEL(IoCreateNotificationEvent);
    return create(EventName, NotificationEvent, EventHandle);
}

PKEVENT IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle)
{
    DDI_LEVEL(IoCreateSynchronizationEvent);
    return create(EventName, SynchronizationEvent, EventHandle);
}

NTSTATUS ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                       BOOLEAN InitialState)
{
    ZW_LEVEL(ZwCreateEvent);
    KEVENT *event;
    const UNICODE_STRING *name = ObjectAttributes != NULL ? ObjectAttributes->ObjectName : NULL;
    ULONG attributes = ObjectAttributes != NULL ? ObjectAttributes->Attributes : 0;
    NTSTATUS status = find_or_make(name, EventType, InitialState, &event);
    if (!NT_SUCCESS(status))
        return status;
    if (status == STATUS_OBJECT_NAME_EXISTS && (attributes & OBJ_OPENIF) == 0) {
        object_release(event);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    *EventHandle = handle_open(event, DesiredAccess, attributes);
    object_release(event);
    return *EventHandle != NULL ? status : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS ZwOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes)
{
    ZW_LEVEL(ZwOpenEvent);
    void *event = object_find(ObjectAttributes->ObjectName, NULL);
    if (event == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    NTSTATUS status = STATUS_OBJECT_TYPE_MISMATCH;
    if (object_type_of(event) == &object_type_event) {
        *EventHandle = handle_open(event, DesiredAccess, ObjectAttributes->Attributes);
        status = *EventHandle != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    object_release(event);
    return status;
}

/* Sets or clears the event behind a handle. */
static NTSTATUS change(HANDLE handle, bool set, PLONG previous)
{
    void *event;
    NTSTATUS status = ObReferenceObjectByHandle(handle, EVENT_MODIFY_STATE, *ExEventObjectType,
                                                KernelMode, &event, NULL);
    if (!NT_SUCCESS(status))
        return status;
    LONG before = set ? KeSetEvent(event, 0, FALSE) : KeResetEvent(event);
    if (previous != NULL)
        *previous = before;
    object_release(event);
    return STATUS_SUCCESS;
}

NTSTATUS ZwSetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return change(EventHandle, true, PreviousState);
}

NTSTATUS ZwClearEvent(HANDLE EventHandle)
{
    return change(EventHandle, false, NULL);
}

NTSTATUS ZwResetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return change(EventHandle, false, PreviousState);
}

/* `letters` takes the text of the result. */
static UNICODE_STRING widen(const char *name, WCHAR letters[NAME_LETTERS_MAX])
{
    size_t length = 0;
    for (; length < NAME_LETTERS_MAX && name[length] != 0; length++)
        letters[length] = (WCHAR)(unsigned char)name[length];
    USHORT bytes = (USHORT)(length * sizeof(WCHAR));
    return (UNICODE_STRING){bytes, bytes, letters};
}

KEVENT *named_event_find(const char *name)
{
    WCHAR letters[NAME_LETTERS_MAX];
    UNICODE_STRING wide = widen(name, letters);
    void *event = object_find(&wide, NULL);
    if (event != NULL && object_type_of(event) != &object_type_event) {
        object_release(event);
        return NULL;
    }
    return event;
}

KEVENT *named_event_make(const char *name)
{
    WCHAR letters[NAME_LETTERS_MAX];
    UNICODE_STRING wide = widen(name, letters);
    KEVENT *event;
    return NT_SUCCESS(find_or_make(&wide, NotificationEvent, FALSE, &event)) ? event : NULL;
}
