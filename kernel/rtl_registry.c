/* rtl_registry.c - many values of a key in one call. */
#include "expool/rtl_registry.h"

#include "expool/pool.h"
#include "kernel/registry.h"
#include "kernel/rtl_registry_path.h"

#include <string.h>

enum { TAG_QUERY = 'qrlR', TAG_STRING = 'vrlR' };

struct query {
    const RTL_QUERY_REGISTRY_TABLE *entry;
    PVOID context;
};

struct found {
    PWSTR name;
    ULONG type;
    void *data;
    ULONG bytes;
};

static ULONG type_wanted(const RTL_QUERY_REGISTRY_TABLE *entry)
{
    return (entry->Flags & RTL_QUERY_REGISTRY_TYPECHECK) != 0
               ? entry->DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT
               : REG_NONE;
}

static NTSTATUS store_string(UNICODE_STRING *to, const struct found *found)
{
    USHORT bytes = (USHORT)found->bytes;
    if (to->Buffer == NULL) {
        to->Buffer = ExAllocatePool2(POOL_FLAG_PAGED, (SIZE_T)bytes + sizeof(WCHAR), TAG_STRING);
        if (to->Buffer == NULL)
            return STATUS_NO_MEMORY;
        to->MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
    } else if (to->MaximumLength < bytes) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(to->Buffer, found->data, bytes);
    to->Length = bytes;
    if (bytes >= sizeof(WCHAR) && to->Buffer[bytes / sizeof(WCHAR) - 1] == 0)
        to->Length = (USHORT)(bytes - sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/* A negative length in front means: so many bytes, and nothing before them. */
static NTSTATUS store_bytes(void *to, const struct found *found)
{
    LONG room;
    memcpy(&room, to, sizeof(room));
    if (found->bytes <= sizeof(ULONG)) {
        memcpy(to, found->data, found->bytes);
        return STATUS_SUCCESS;
    }
    if (room < 0) {
        if ((ULONG)-room < found->bytes)
            return STATUS_BUFFER_TOO_SMALL;
        memcpy(to, found->data, found->bytes);
        return STATUS_SUCCESS;
    }
    ULONG head[2] = {found->bytes, found->type};
    if ((ULONG)room < sizeof(head) + found->bytes)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(to, head, sizeof(head));
    memcpy((PUCHAR)to + sizeof(head), found->data, found->bytes);
    return STATUS_SUCCESS;
}

static bool is_string(ULONG type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static NTSTATUS hand_over_strings(const struct query *query, const struct found *found)
{
    const WCHAR *text = found->data;
    size_t left = found->bytes / sizeof(WCHAR);
    NTSTATUS status = STATUS_SUCCESS;
    while (NT_SUCCESS(status) && left > 0 && *text != 0) {
        size_t letters = 0;
        while (letters < left && text[letters] != 0)
            letters++;
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the caller has looked */
        status = query->entry->QueryRoutine(found->name, REG_SZ, (PVOID)(uintptr_t)text,
                                            (ULONG)((letters + 1) * sizeof(WCHAR)), query->context,
                                            query->entry->EntryContext);
        text += letters + (letters < left);
        left -= letters + (letters < left);
    }
    return status;
}

static NTSTATUS hand_over(const struct query *query, const struct found *found)
{
    const RTL_QUERY_REGISTRY_TABLE *entry = query->entry;
    ULONG wanted = type_wanted(entry);
    if (wanted != REG_NONE && wanted != found->type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    if ((entry->Flags & RTL_QUERY_REGISTRY_DIRECT) != 0)
        return is_string(found->type) ? store_string(entry->EntryContext, found)
                                      : store_bytes(entry->EntryContext, found);
    if (entry->QueryRoutine == NULL)
        return STATUS_INVALID_PARAMETER;
    if (found->type == REG_MULTI_SZ && (entry->Flags & RTL_QUERY_REGISTRY_NOEXPAND) == 0)
        return hand_over_strings(query, found);
    return entry->QueryRoutine(found->name, found->type, found->data, found->bytes, query->context,
                               entry->EntryContext);
}

/* The value's full information, the caller's to free. */
static NTSTATUS ask(HANDLE key, UNICODE_STRING *name, ULONG index,
                    PKEY_VALUE_FULL_INFORMATION *full)
{
    ULONG bytes = sizeof(KEY_VALUE_FULL_INFORMATION) + 64;
    for (;;) {
        *full = ExAllocatePool2(POOL_FLAG_PAGED, bytes + sizeof(WCHAR), TAG_QUERY);
        if (*full == NULL)
            return STATUS_NO_MEMORY;
        NTSTATUS status =
            name != NULL
                ? ZwQueryValueKey(key, name, KeyValueFullInformation, *full, bytes, &bytes)
                : ZwEnumerateValueKey(key, index, KeyValueFullInformation, *full, bytes, &bytes);
        if (NT_SUCCESS(status))
            return status;
        ExFreePoolWithTag(*full, TAG_QUERY);
        if (status != STATUS_BUFFER_OVERFLOW && status != STATUS_BUFFER_TOO_SMALL)
            return status;
    }
}

static NTSTATUS use_default(const struct query *query)
{
    const RTL_QUERY_REGISTRY_TABLE *entry = query->entry;
    ULONG type = entry->DefaultType & 0xFFFFFF;
    if ((entry->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (type == REG_NONE || entry->DefaultData == NULL)
        return STATUS_SUCCESS;
    struct found found = {entry->Name, type, entry->DefaultData, entry->DefaultLength};
    if (found.bytes == 0 && is_string(type)) {
        const WCHAR *text = entry->DefaultData;
        while (text[found.bytes / sizeof(WCHAR)] != 0)
            found.bytes += (ULONG)sizeof(WCHAR);
        found.bytes += (ULONG)sizeof(WCHAR);
    } else if (found.bytes == 0 && type == REG_DWORD) {
        found.bytes = sizeof(ULONG);
    }
    struct query plain = *query;
    RTL_QUERY_REGISTRY_TABLE unchecked = *entry;
    unchecked.Flags &= ~(ULONG)RTL_QUERY_REGISTRY_TYPECHECK;
    plain.entry = &unchecked;
    return hand_over(&plain, &found);
}

static NTSTATUS use_one(HANDLE key, const struct query *query)
{
    PKEY_VALUE_FULL_INFORMATION full;
    UNICODE_STRING name;
    registry_text(&name, query->entry->Name);
    NTSTATUS status = ask(key, &name, 0, &full);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        return use_default(query);
    if (!NT_SUCCESS(status))
        return status;
    const struct found found = {query->entry->Name, full->Type, (PUCHAR)full + full->DataOffset,
                                full->DataLength};
    status = hand_over(query, &found);
    if (NT_SUCCESS(status) && (query->entry->Flags & RTL_QUERY_REGISTRY_DELETE) != 0)
        status = ZwDeleteValueKey(key, &name);
    ExFreePoolWithTag(full, TAG_QUERY);
    return status;
}

static NTSTATUS use_all(HANDLE key, const struct query *query)
{
    PKEY_VALUE_FULL_INFORMATION full;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG index = 0;
    while (NT_SUCCESS(status) && NT_SUCCESS(status = ask(key, NULL, index, &full))) {
        WCHAR name[MAX_PATH] = {0};
        memcpy(name, full->Name, min(full->NameLength, (ULONG)(sizeof(name) - sizeof(WCHAR))));
        const struct found found = {name, full->Type, (PUCHAR)full + full->DataOffset,
                                    full->DataLength};
        status = hand_over(query, &found);
        ExFreePoolWithTag(full, TAG_QUERY);
        index++;
    }
    if (status != STATUS_NO_MORE_ENTRIES)
        return status;
    bool is_missing = index == 0 && (query->entry->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0;
    return is_missing ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_SUCCESS;
}

/* One entry of the table; *current is the key that it is about. */
static NTSTATUS use_entry(HANDLE top, HANDLE *current, const struct query *query)
{
    const RTL_QUERY_REGISTRY_TABLE *entry = query->entry;
    bool is_subkey = (entry->Flags & RTL_QUERY_REGISTRY_SUBKEY) != 0;
    if ((entry->Flags & (RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_SUBKEY)) != 0 &&
        *current != top) {
        ZwClose(*current);
        *current = top;
    }
    if (is_subkey) {
        NTSTATUS status = registry_open_below(top, entry->Name, current);
        if (!NT_SUCCESS(status)) {
            *current = top;
            return (entry->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0 ? status : STATUS_SUCCESS;
        }
        return entry->QueryRoutine != NULL ? use_all(*current, query) : STATUS_SUCCESS;
    }
    if ((entry->Flags & RTL_QUERY_REGISTRY_NOVALUE) != 0 && entry->QueryRoutine != NULL)
        return entry->QueryRoutine(NULL, REG_NONE, NULL, 0, query->context, entry->EntryContext);
    return entry->Name != NULL ? use_one(*current, query) : use_all(*current, query);
}

NTSTATUS RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path, PRTL_QUERY_REGISTRY_TABLE QueryTable,
                                PVOID Context, PVOID Environment)
{
    (void)Environment;
    HANDLE top;
    NTSTATUS status = registry_open(RelativeTo, Path, false, &top);
    if (!NT_SUCCESS(status))
        return status;
    HANDLE current = top;
    const RTL_QUERY_REGISTRY_TABLE *entry = QueryTable;
    for (; NT_SUCCESS(status) && (entry->QueryRoutine != NULL || entry->Name != NULL); entry++)
        status = use_entry(top, &current, &(struct query){entry, Context});
    if (current != top)
        ZwClose(current);
    registry_done(RelativeTo, top);
    return status;
}

NTSTATUS RtlQueryRegistryValuesEx(ULONG RelativeTo, PCWSTR Path,
                                  PRTL_QUERY_REGISTRY_TABLE QueryTable, PVOID Context,
                                  PVOID Environment)
{
    return RtlQueryRegistryValues(RelativeTo, Path, QueryTable, Context, Environment);
}
