/* zw_key.c - keys: opened, made, deleted. */
#include "kernel/answer.h"
#include "kernel/cm_callback.h"
#include "kernel/object.h"
#include "kernel/registry.h"
#include "kernel/wide.h"
#include "kernel/zw_level.h"

#include <stdlib.h>
#include <string.h>

static void key_destroy(void *body)
{
    struct key_object *object = body;
    callbacks_forget(object);
    lock_take(&registry_lock);
    registry_release_locked(object->key);
    lock_drop(&registry_lock);
    free(object->path.Buffer);
}

static void key_close(void *body)
{
    struct key_object *object = body;
    REG_KEY_HANDLE_CLOSE_INFORMATION information = {.Object = object};
    const struct notice notice = NOTICE_OF(KeyHandleClose, &information, object);
    struct audience audience;
    callbacks_ask(&notice, &audience); /* a close cannot be refused */
    callbacks_forget(object);
    callbacks_tell(&notice, &audience, STATUS_SUCCESS);
}

const struct object_type object_type_key = {
    .name = "Key", .tag = ' yeK', .destroy = key_destroy, .close = key_close};

NTSTATUS key_of_handle(HANDLE handle, struct key_object **object)
{
    PVOID body;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *CmKeyObjectType, KernelMode, &body, NULL);
    *object = body;
    return status;
}

struct opening {
    REG_CREATE_KEY_INFORMATION_V1 information;
    UNICODE_STRING remaining;
    struct key_object *root; /* NULL: the name is a whole path */
    struct key_object *made;
    bool create;
    ULONG disposition;
};

static void give_class_locked(struct key *key, const UNICODE_STRING *class_name)
{
    if (wide_length(class_name) == 0)
        return;
    key->class_name = malloc(class_name->Length);
    if (key->class_name == NULL)
        return; /* a key without its class */
    memcpy(key->class_name, class_name->Buffer, class_name->Length);
    key->class_letters = wide_length(class_name);
}

static NTSTATUS find(struct opening *opening, struct key **key)
{
    const UNICODE_STRING *name = opening->information.CompleteName;
    struct key_path path = {.root = opening->root != NULL ? opening->root->key : NULL,
                            .text = name->Buffer,
                            .letters = wide_length(name),
                            .create = opening->create};
    const UNICODE_STRING *class_name = opening->information.Class;
    answer_touch(name->Buffer, path.letters * sizeof(WCHAR));
    if (opening->create && wide_length(class_name) != 0)
        answer_touch(class_name->Buffer, class_name->Length);
    lock_take(&registry_lock);
    NTSTATUS status = registry_find_locked(&path, key);
    if (NT_SUCCESS(status) && path.is_new)
        give_class_locked(*key, class_name);
    lock_drop(&registry_lock);
    opening->disposition = path.is_new ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
    return status;
}

static NTSTATUS make_object(struct opening *opening)
{
    struct key *key;
    NTSTATUS status = find(opening, &key);
    if (!NT_SUCCESS(status))
        return status;
    opening->made = object_create(&object_type_key, sizeof(*opening->made));
    if (opening->made != NULL) {
        opening->made->key = key;
        return STATUS_SUCCESS;
    }
    lock_take(&registry_lock);
    registry_release_locked(key);
    lock_drop(&registry_lock);
    return STATUS_INSUFFICIENT_RESOURCES;
}

/* Between both callbacks; the object told afterwards is the one made. */
static NTSTATUS open_told(struct opening *opening)
{
    struct notice notice = {.before = opening->create ? RegNtPreCreateKeyEx : RegNtPreOpenKeyEx,
                            .after = opening->create ? RegNtPostCreateKeyEx : RegNtPostOpenKeyEx,
                            .information = &opening->information,
                            .object_context = &opening->information.RootObjectContext,
                            .call_context = &opening->information.CallContext,
                            .object = opening->root};
    struct audience audience;
    NTSTATUS status = callbacks_ask(&notice, &audience);
    if (status == STATUS_CALLBACK_BYPASS) {
        opening->made = *opening->information.ResultObject; /* the driver's, with its reference */
        status = opening->made != NULL ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
    } else if (NT_SUCCESS(status)) {
        status = make_object(opening);
    }
    notice.object = opening->made;
    return callbacks_tell(&notice, &audience, status);
}

/* What version 1 of the structure says besides. */
static void describe(struct opening *opening, const OBJECT_ATTRIBUTES *attributes)
{
    static const char top[] = "\\Registry\\";
    REG_CREATE_KEY_INFORMATION_V1 *information = &opening->information;
    const UNICODE_STRING *name = information->CompleteName;
    size_t letters = wide_length(name);
    size_t skip = 0;
    if (attributes->RootDirectory == NULL && wide_begins(name->Buffer, letters, top))
        skip = sizeof(top) - 1;
    USHORT bytes = (USHORT)((letters - skip) * sizeof(WCHAR));
    opening->remaining =
        (UNICODE_STRING){bytes, bytes, skip != 0 ? name->Buffer + skip : name->Buffer};
    information->Version = 1;
    information->RemainingName = &opening->remaining;
    information->Attributes = attributes->Attributes;
    information->CheckAccessMode =
        (attributes->Attributes & OBJ_FORCE_ACCESS_CHECK) != 0 ? UserMode : KernelMode;
}

static NTSTATUS open_key(struct opening *opening, const OBJECT_ATTRIBUTES *attributes,
                         HANDLE *handle)
{
    PVOID result = NULL;
    UNICODE_STRING empty = {0};
    opening->information.CompleteName =
        attributes->ObjectName != NULL ? attributes->ObjectName : &empty;
    opening->information.ResultObject = &result;
    opening->information.ObjectType = *CmKeyObjectType;
    opening->information.Disposition = &opening->disposition;
    describe(opening, attributes);
    NTSTATUS status = STATUS_SUCCESS;
    if (attributes->RootDirectory != NULL)
        status = key_of_handle(attributes->RootDirectory, &opening->root);
    if (!NT_SUCCESS(status))
        return status; /* NOLINT(clang-analyzer-core.StackAddressEscape): so does opening */
    opening->information.RootObject = opening->root;
    status = open_told(opening);
    if (NT_SUCCESS(status)) {
        *handle =
            handle_open(opening->made, opening->information.DesiredAccess, attributes->Attributes);
        status = *handle != NULL ? status : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (opening->made != NULL)
        object_release(opening->made);
    if (opening->root != NULL)
        object_release(opening->root);
    return status;
}

NTSTATUS ZwCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex, PUNICODE_STRING Class,
                     ULONG CreateOptions, PULONG Disposition)
{
    ZW_LEVEL(ZwCreateKey);
    (void)TitleIndex;
    struct opening opening = {.create = true,
                              .information = {.DesiredAccess = DesiredAccess,
                                              .GrantedAccess = DesiredAccess,
                                              .Options = CreateOptions,
                                              .Class = Class}};
    NTSTATUS status = open_key(&opening, ObjectAttributes, KeyHandle);
    if (NT_SUCCESS(status) && Disposition != NULL)
        *Disposition = opening.disposition;
    return status;
}

NTSTATUS ZwOpenKeyEx(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes, ULONG OpenOptions)
{
    ZW_LEVEL(ZwOpenKeyEx);
    struct opening opening = {.information = {.DesiredAccess = DesiredAccess,
                                              .GrantedAccess = DesiredAccess,
                                              .Options = OpenOptions}};
    return open_key(&opening, ObjectAttributes, KeyHandle);
}

NTSTATUS ZwOpenKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                   POBJECT_ATTRIBUTES ObjectAttributes)
{
    ZW_LEVEL(ZwOpenKey);
    return ZwOpenKeyEx(KeyHandle, DesiredAccess, ObjectAttributes, 0);
}

static NTSTATUS delete_key(struct key *key)
{
    lock_take(&registry_lock);
    NTSTATUS status = registry_delete_locked(key);
    lock_drop(&registry_lock);
    return status;
}

NTSTATUS ZwDeleteKey(HANDLE KeyHandle)
{
    ZW_LEVEL(ZwDeleteKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    REG_DELETE_KEY_INFORMATION information = {.Object = object};
    const struct notice notice = NOTICE_OF(DeleteKey, &information, object);
    status = WITH_CALLBACKS(&notice, delete_key(object->key));
    object_release(object);
    return status;
}

NTSTATUS ZwFlushKey(HANDLE KeyHandle)
{
    ZW_LEVEL(ZwFlushKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    REG_FLUSH_KEY_INFORMATION information = {.Object = object};
    const struct notice notice = NOTICE_OF(FlushKey, &information, object);
    status = WITH_CALLBACKS(&notice, STATUS_SUCCESS);
    object_release(object);
    return status;
}
