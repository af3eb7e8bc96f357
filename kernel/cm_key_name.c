/* cm_key_name.c - which key an object of a callback is. */
#include "kernel/cm_callback.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/pool.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_KEY_NAME = 'bNmC' };

/* Keys are never renamed: a path asked for once stays true until the key is deleted. */
static bool know_path(struct key_object *object)
{
    lock_take(&registry_lock);
    if (object->path.Buffer == NULL) {
        size_t letters = registry_path_locked(object->key, NULL);
        object->path.Buffer = malloc((letters + 1) * sizeof(WCHAR));
        if (object->path.Buffer != NULL) {
            registry_path_locked(object->key, object->path.Buffer);
            object->path.Buffer[letters] = 0;
            object->path.Length = (USHORT)(letters * sizeof(WCHAR));
            object->path.MaximumLength = (USHORT)(object->path.Length + sizeof(WCHAR));
        }
    }
    lock_drop(&registry_lock);
    return object->path.Buffer != NULL;
}

NTSTATUS CmCallbackGetKeyObjectID(PLARGE_INTEGER Cookie, PVOID Object, PULONG_PTR ObjectID,
                                  PCUNICODE_STRING *ObjectName)
{
    (void)Cookie;
    if (object_type_of(Object) != &object_type_key)
        return STATUS_INVALID_PARAMETER;
    struct key_object *object = Object;
    if (ObjectID != NULL)
        *ObjectID = (ULONG_PTR)object->key;
    if (ObjectName == NULL)
        return STATUS_SUCCESS;
    if (!know_path(object))
        return STATUS_INSUFFICIENT_RESOURCES;
    *ObjectName = &object->path;
    return STATUS_SUCCESS;
}

NTSTATUS CmCallbackGetKeyObjectIDEx(PLARGE_INTEGER Cookie, PVOID Object, PULONG_PTR ObjectID,
                                    PCUNICODE_STRING *ObjectName, ULONG Flags)
{
    PCUNICODE_STRING path = NULL;
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status =
        CmCallbackGetKeyObjectID(Cookie, Object, ObjectID, ObjectName != NULL ? &path : NULL);
    if (!NT_SUCCESS(status) || ObjectName == NULL)
        return status;
    UNICODE_STRING *name = ExAllocatePool2(
        POOL_FLAG_PAGED, POOL_SIZE(sizeof(*name) + path->MaximumLength), TAG_KEY_NAME);
    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *name = (UNICODE_STRING){path->Length, path->MaximumLength, (WCHAR *)(void *)(name + 1)};
    memcpy(name->Buffer, path->Buffer, path->MaximumLength);
    *ObjectName = name;
    return STATUS_SUCCESS;
}

VOID CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING ObjectName)
{
    ExFreePoolWithTag((PVOID)(ULONG_PTR)ObjectName, TAG_KEY_NAME);
}

PVOID CmGetBoundTransaction(PLARGE_INTEGER Cookie, PVOID Object)
{
    (void)Cookie;
    (void)Object;
    return NULL;
}
