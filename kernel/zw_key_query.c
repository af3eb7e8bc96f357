/* zw_key_query.c - what keys tell of themselves and of their subkeys. */
#include "kernel/answer.h"
#include "kernel/cm_callback.h"
#include "kernel/object.h"
#include "kernel/registry.h"
#include "kernel/zw_level.h"

#include <stdlib.h>
#include <string.h>

/* Where the answer goes. */
struct question {
    KEY_INFORMATION_CLASS class;
    void *buffer;
    ULONG capacity;
    ULONG *needed;
    struct answer *kept; /* what it is, while the lock is held */
};

static NTSTATUS give(const struct question *question, const struct answer *answer)
{
    return answer_keep(answer, question->kept);
}

static NTSTATUS give_full(const struct key *key, const struct question *question)
{
    KEY_FULL_INFORMATION full = {.LastWriteTime = key->written,
                                 .ClassOffset = offsetof(KEY_FULL_INFORMATION, Class),
                                 .ClassLength = (ULONG)(key->class_letters * sizeof(WCHAR))};
    for (const struct key *child = key->children; child != NULL; child = child->next) {
        full.SubKeys++;
        full.MaxNameLen = max(full.MaxNameLen, (ULONG)(child->name_letters * sizeof(WCHAR)));
        full.MaxClassLen = max(full.MaxClassLen, (ULONG)(child->class_letters * sizeof(WCHAR)));
    }
    for (const struct value *value = key->values; value != NULL; value = value->next) {
        full.Values++;
        full.MaxValueNameLen =
            max(full.MaxValueNameLen, (ULONG)(value->name_letters * sizeof(WCHAR)));
        full.MaxValueDataLen = max(full.MaxValueDataLen, value->data_bytes);
    }
    return give(question, &(struct answer){.fixed = &full,
                                           .fixed_bytes = offsetof(KEY_FULL_INFORMATION, Class),
                                           .tail = key->class_name,
                                           .tail_bytes = full.ClassLength});
}

static NTSTATUS give_node(const struct key *key, const struct question *question)
{
    size_t name_bytes = key->name_letters * sizeof(WCHAR);
    size_t fixed = offsetof(KEY_NODE_INFORMATION, Name);
    size_t class_at = (fixed + name_bytes + 3) & ~(size_t)3;
    KEY_NODE_INFORMATION node = {.LastWriteTime = key->written,
                                 .ClassOffset =
                                     key->class_letters != 0 ? (ULONG)class_at : (ULONG)-1,
                                 .ClassLength = (ULONG)(key->class_letters * sizeof(WCHAR)),
                                 .NameLength = (ULONG)name_bytes};
    return give(question, &(struct answer){.fixed = &node,
                                           .fixed_bytes = fixed,
                                           .tail = key->name,
                                           .tail_bytes = name_bytes,
                                           .second_at = key->class_letters != 0 ? class_at : 0,
                                           .second = key->class_name,
                                           .second_bytes = node.ClassLength});
}

static NTSTATUS give_path(const struct key *key, const struct question *question)
{
    size_t bytes = registry_path_locked(key, NULL) * sizeof(WCHAR);
    WCHAR *text = malloc(bytes);
    if (text == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    registry_path_locked(key, text);
    KEY_NAME_INFORMATION name = {.NameLength = (ULONG)bytes};
    NTSTATUS status =
        give(question, &(struct answer){.fixed = &name,
                                        .fixed_bytes = offsetof(KEY_NAME_INFORMATION, Name),
                                        .tail = text,
                                        .tail_bytes = bytes});
    free(text);
    return status;
}

static NTSTATUS tell_locked(const struct key *key, const struct question *question)
{
    size_t name_bytes = key->name_letters * sizeof(WCHAR);
    KEY_BASIC_INFORMATION basic = {.LastWriteTime = key->written, .NameLength = (ULONG)name_bytes};
    switch (question->class) {
    case KeyBasicInformation:
        return give(question, &(struct answer){.fixed = &basic,
                                               .fixed_bytes = offsetof(KEY_BASIC_INFORMATION, Name),
                                               .tail = key->name,
                                               .tail_bytes = name_bytes});
    case KeyNodeInformation: return give_node(key, question);
    case KeyFullInformation: return give_full(key, question);
    case KeyNameInformation: return give_path(key, question);
    default: return STATUS_INVALID_PARAMETER;
    }
}

static NTSTATUS hand_over(const struct question *question, NTSTATUS status)
{
    if (!NT_SUCCESS(status))
        return status;
    return answer_give_kept(question->kept, question->buffer, question->capacity, question->needed);
}

static NTSTATUS tell(const struct key *key, const struct question *question)
{
    lock_take(&registry_lock);
    NTSTATUS status = key->is_deleted ? STATUS_KEY_DELETED : tell_locked(key, question);
    lock_drop(&registry_lock);
    return hand_over(question, status);
}

static NTSTATUS tell_child(const struct key *key, ULONG index, const struct question *question)
{
    NTSTATUS status = STATUS_NO_MORE_ENTRIES;
    lock_take(&registry_lock);
    const struct key *child = key->children;
    for (; child != NULL && index > 0; index--)
        child = child->next;
    if (key->is_deleted)
        status = STATUS_KEY_DELETED;
    else if (child != NULL)
        status = tell_locked(child, question);
    lock_drop(&registry_lock);
    return hand_over(question, status);
}

NTSTATUS ZwQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
                    PVOID KeyInformation, ULONG Length, PULONG ResultLength)
{
    ZW_LEVEL(ZwQueryKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    struct answer kept;
    const struct question question = {KeyInformationClass, KeyInformation, Length, ResultLength,
                                      &kept};
    REG_QUERY_KEY_INFORMATION information = {.Object = object,
                                             .KeyInformationClass = KeyInformationClass,
                                             .KeyInformation = KeyInformation,
                                             .Length = Length,
                                             .ResultLength = ResultLength};
    const struct notice notice = NOTICE_OF(QueryKey, &information, object);
    status = WITH_CALLBACKS(&notice, tell(object->key, &question));
    object_release(object);
    return status;
}

NTSTATUS ZwEnumerateKey(HANDLE KeyHandle, ULONG Index, KEY_INFORMATION_CLASS KeyInformationClass,
                        PVOID KeyInformation, ULONG Length, PULONG ResultLength)
{
    ZW_LEVEL(ZwEnumerateKey);
    struct key_object *object;
    NTSTATUS status = key_of_handle(KeyHandle, &object);
    if (!NT_SUCCESS(status))
        return status;
    struct answer kept;
    const struct question question = {KeyInformationClass, KeyInformation, Length, ResultLength,
                                      &kept};
    REG_ENUMERATE_KEY_INFORMATION information = {.Object = object,
                                                 .Index = Index,
                                                 .KeyInformationClass = KeyInformationClass,
                                                 .KeyInformation = KeyInformation,
                                                 .Length = Length,
                                                 .ResultLength = ResultLength};
    const struct notice notice = NOTICE_OF(EnumerateKey, &information, object);
    status = WITH_CALLBACKS(&notice, tell_child(object->key, Index, &question));
    object_release(object);
    return status;
}
