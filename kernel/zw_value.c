/* zw_value.c - values of keys: asked for, set, deleted. */
#include "kernel/answer.h"
#include "kernel/cm_callback.h"
#include "kernel/object.h"
#include "kernel/registry.h"
#include "kernel/wide.h"
#include "kernel/zw_level.h"

#include <string.h>

struct question {
    KEY_VALUE_INFORMATION_CLASS class;
    void *buffer;
    ULONG capacity;
    ULONG *needed;
    struct answer *kept; /* what it is, while the lock is held */
};

static NTSTATUS give_full(const struct value *value, const struct question *question)
{
    size_t name_bytes = value->name_letters * sizeof(WCHAR);
    size_t fixed = offsetof(KEY_VALUE_FULL_INFORMATION, Name);
    size_t data_at = (fixed + name_bytes + 7) & ~(size_t)7;
    KEY_VALUE_FULL_INFORMATION full = {.Type = value->type,
                                       .DataOffset = (ULONG)data_at,
                                       .DataLength = value->data_bytes,
                                       .NameLength = (ULONG)name_bytes};
    const struct answer answer = {.fixed = &full,
                                  .fixed_bytes = fixed,
                                  .tail = value->name,
                                  .tail_bytes = name_bytes,
                                  .second_at = data_at,
                                  .second = value->data,
                                  .second_bytes = value->data_bytes};
    return answer_keep(&answer, question->kept);
}

static NTSTATUS tell_locked(const struct value *value, const struct question *question)
{
    struct answer answer = {.tail = value->data, .tail_bytes = value->data_bytes};
    KEY_VALUE_BASIC_INFORMATION basic = {
        .Type = value->type, .NameLength = (ULONG)(value->name_letters * sizeof(WCHAR))};
    KEY_VALUE_PARTIAL_INFORMATION partial = {.Type = value->type, .DataLength = value->data_bytes};
    KEY_VALUE_PARTIAL_INFORMATION_ALIGN64 aligned = {.Type = value->type,
                                                     .DataLength = value->data_bytes};
    switch (question->class) {
    case KeyValueBasicInformation:
        answer.fixed = &basic;
        answer.fixed_bytes = offsetof(KEY_VALUE_BASIC_INFORMATION, Name);
        answer.tail = value->name;
        answer.tail_bytes = basic.NameLength;
        break;
    case KeyValuePartialInformation:
        answer.fixed = &partial;
        answer.fixed_bytes = offsetof(KEY_VALUE_PARTIAL_INFORMATION, Data);
        break;
    case KeyValuePartialInformationAlign64:
        answer.fixed = &aligned;
        answer.fixed_bytes = offsetof(KEY_VALUE_PARTIAL_INFORMATION_ALIGN64, Data);
        break;
    case KeyValueFullInformation:
    case KeyValueFullInformationAlign64: return give_full(value, question);
    default: return STATUS_INVALID_PARAMETER;
    }
    return answer_keep(&answer, question->kept);
}

static NTSTATUS hand_over(const struct question *question, NTSTATUS status)
{
    if (!NT_SUCCESS(status))
        return status;
    return answer_give_kept(question->kept, question->buffer, question->capacity, question->needed);
}

static void touch_name(const UNICODE_STRING *name)
{
    answer_touch(name->Buffer, wide_length(name) * sizeof(WCHAR));
}

static NTSTATUS tell(const struct key *key, const UNICODE_STRING *name,
                     const struct question *question)
{
    touch_name(name);
    lock_take(&registry_lock);
    NTSTATUS status = key->is_deleted ? STATUS_KEY_DELETED : STATUS_OBJECT_NAME_NOT_FOUND;
    const struct value *value = value_find_locked(key, name->Buffer, wide_length(name));
    if (!key->is_deleted && value != NULL)
        status = tell_locked(value, question);
    lock_drop(&registry_lock);
    return hand_over(question, status);
}

static NTSTATUS tell_at(const struct key *key, ULONG index, const struct question *question)
{
    lock_take(&registry_lock);
    NTSTATUS status = key->is_deleted ? STATUS_KEY_DELETED : STATUS_NO_MORE_ENTRIES;
    const struct value *value = key->values;
    for (; value != NULL && index > 0; index--)
        value = value->next;
    if (!key->is_deleted && value != NULL)
        status = tell_locked(value, question);
    lock_drop(&registry_lock);
    return hand_over(question, status);
}

NTSTATUS ZwQueryValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName,
                         KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                         PVOID KeyValueInformation, ULONG Length, PULONG ResultLength)
{
    ZW_LEVEL(ZwQueryValueKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    struct answer kept;
    const struct question question = {KeyValueInformationClass, KeyValueInformation, Length,
                                      ResultLength, &kept};
    REG_QUERY_VALUE_KEY_INFORMATION information = {.Object = object,
                                                   .ValueName = ValueName,
                                                   .KeyValueInformationClass =
                                                       KeyValueInformationClass,
                                                   .KeyValueInformation = KeyValueInformation,
                                                   .Length = Length,
                                                   .ResultLength = ResultLength};
    const struct notice notice = NOTICE_OF(QueryValueKey, &information, object);
    status = WITH_CALLBACKS(&notice, tell(object->key, ValueName, &question));
    object_release(object);
    return status;
}

NTSTATUS ZwEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
                             KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                             PVOID KeyValueInformation, ULONG Length, PULONG ResultLength)
{
    ZW_LEVEL(ZwEnumerateValueKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    struct answer kept;
    const struct question question = {KeyValueInformationClass, KeyValueInformation, Length,
                                      ResultLength, &kept};
    REG_ENUMERATE_VALUE_KEY_INFORMATION information = {.Object = object,
                                                       .Index = Index,
                                                       .KeyValueInformationClass =
                                                           KeyValueInformationClass,
                                                       .KeyValueInformation = KeyValueInformation,
                                                       .Length = Length,
                                                       .ResultLength = ResultLength};
    const struct notice notice = NOTICE_OF(EnumerateValueKey, &information, object);
    status = WITH_CALLBACKS(&notice, tell_at(object->key, Index, &question));
    object_release(object);
    return status;
}

static NTSTATUS set(struct key *key, const UNICODE_STRING *name,
                    const struct expool_registry_value *value)
{
    touch_name(name);
    answer_touch(value->data, value->size_bytes);
    lock_take(&registry_lock);
    NTSTATUS status = STATUS_KEY_DELETED;
    if (!key->is_deleted)
        status =
            value_set_locked(key, name, value) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    lock_drop(&registry_lock);
    return status;
}

NTSTATUS ZwSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex, ULONG Type,
                       PVOID Data, ULONG DataSize)
{
    ZW_LEVEL(ZwSetValueKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    const struct expool_registry_value value = {Type, Data, DataSize};
    REG_SET_VALUE_KEY_INFORMATION information = {.Object = object,
                                                 .ValueName = ValueName,
                                                 .TitleIndex = TitleIndex,
                                                 .Type = Type,
                                                 .Data = Data,
                                                 .DataSize = DataSize};
    const struct notice notice = NOTICE_OF(SetValueKey, &information, object);
    status = WITH_CALLBACKS(&notice, set(object->key, ValueName, &value));
    object_release(object);
    return status;
}

static NTSTATUS delete_value(struct key *key, const UNICODE_STRING *name)
{
    touch_name(name);
    lock_take(&registry_lock);
    NTSTATUS status = STATUS_KEY_DELETED;
    if (!key->is_deleted)
        status = value_delete_locked(key, name->Buffer, wide_length(name))
                     ? STATUS_SUCCESS
                     : STATUS_OBJECT_NAME_NOT_FOUND;
    lock_drop(&registry_lock);
    return status;
}

NTSTATUS ZwDeleteValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName)
{
    ZW_LEVEL(ZwDeleteValueKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    REG_DELETE_VALUE_KEY_INFORMATION information = {.Object = object, .ValueName = ValueName};
    const struct notice notice = NOTICE_OF(DeleteValueKey, &information, object);
    status = WITH_CALLBACKS(&notice, delete_value(object->key, ValueName));
    object_release(object);
    return status;
}
