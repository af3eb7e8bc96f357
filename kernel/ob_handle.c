/* ob_handle.c - the handle table. A kernel handle's number has its upper 33 bits set, as on
 * Windows; numbers go up in fours. */
#include "kernel/ob_callback.h"
#include "kernel/object.h"

#include "expool/object.h"
#include "kernel/zw_level.h"
#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/util.h"

#include <stdlib.h>

#define KERNEL_BITS UINT64_C(0xFFFFFFFF80000000)

enum { FIRST_ENTRIES = 64, HANDLE_STEP = 4 };

struct entry {
    void *body; /* NULL: free */
    ACCESS_MASK access;
    ULONG attributes;
};

static struct {
    struct lock lock;
    struct entry *entries;
    size_t count;
    size_t next; /* where to look for a free one first */
} table = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(table.lock)

static bool grow_locked(void)
{
    size_t count = table.count == 0 ? FIRST_ENTRIES : table.count * 2;
    struct entry *entries = realloc(table.entries, count * sizeof(*entries));
    if (entries == NULL)
        return false;
    for (size_t i = table.count; i < count; i++)
        entries[i] = (struct entry){0};
    table.entries = entries;
    table.next = table.count;
    table.count = count;
    return true;
}

static size_t free_entry_locked(void)
{
    for (size_t i = 0; i < table.count; i++) {
        size_t at = (table.next + i) % table.count;
        if (table.entries[at].body == NULL)
            return at;
    }
    return SIZE_MAX;
}

unsigned handle_count(void)
{
    unsigned count = 0;
    lock_take(&table.lock);
    for (size_t i = 0; i < table.count; i++)
        count += table.entries[i].body != NULL;
    lock_drop(&table.lock);
    return count;
}

static HANDLE make(void *body, ACCESS_MASK access, ULONG attributes)
{
    lock_take(&table.lock);
    size_t at = free_entry_locked();
    if (at == SIZE_MAX && grow_locked())
        at = free_entry_locked();
    if (at != SIZE_MAX) {
        table.entries[at] = (struct entry){body, access, attributes};
        table.next = at + 1;
        object_reference(body);
        object_count_handle(body, 1);
    }
    lock_drop(&table.lock);
    if (at == SIZE_MAX)
        return HANDLE_NONE;
    uint64_t number = (at + 1) * HANDLE_STEP;
    return (HANDLE)(uintptr_t)((attributes & OBJ_KERNEL_HANDLE) != 0 ? number | KERNEL_BITS
                                                                     : number);
}

/* Between the callbacks of those that watch handles. */
static HANDLE make_told(struct handle_wish *wish)
{
    struct handle_audience audience;
    handle_ask(wish, &audience);
    HANDLE handle = make(wish->body, wish->access, wish->attributes);
    handle_tell(wish, &audience,
                handle != HANDLE_NONE ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES);
    return handle;
}

HANDLE handle_open(void *body, ACCESS_MASK access, ULONG attributes)
{
    return make_told(&(struct handle_wish){body, access, attributes, OB_OPERATION_HANDLE_CREATE});
}

/* NULL: no such handle. */
static struct entry *entry_locked(HANDLE handle)
{
    uint64_t number = (uint64_t)(uintptr_t)handle;
    bool is_kernel = (number & KERNEL_BITS) == KERNEL_BITS;
    number = is_kernel ? number & ~KERNEL_BITS : number;
    if (number % HANDLE_STEP != 0 || number == 0 || number / HANDLE_STEP > table.count)
        return NULL;
    struct entry *entry = &table.entries[number / HANDLE_STEP - 1];
    if (entry->body == NULL || ((entry->attributes & OBJ_KERNEL_HANDLE) != 0) != is_kernel)
        return NULL;
    return entry;
}

NTSTATUS handle_close(HANDLE handle)
{
    lock_take(&table.lock);
    struct entry *entry = entry_locked(handle);
    void *body = entry != NULL ? entry->body : NULL;
    if (entry != NULL)
        *entry = (struct entry){0};
    lock_drop(&table.lock);
    if (body == NULL)
        return STATUS_INVALID_HANDLE;
    const struct object_type *type = object_type_of(body);
    if (object_count_handle(body, -1) == 0 && type->close != NULL)
        type->close(body);
    object_release(body);
    return STATUS_SUCCESS;
}

void *handle_object(HANDLE handle, OBJECT_HANDLE_INFORMATION *information)
{
    lock_take(&table.lock);
    struct entry *entry = entry_locked(handle);
    void *body = NULL;
    if (entry != NULL) {
        body = entry->body;
        object_reference(body);
        if (information != NULL)
            *information = (OBJECT_HANDLE_INFORMATION){entry->attributes, entry->access};
    }
    lock_drop(&table.lock);
    return body;
}

NTSTATUS ZwClose(HANDLE Handle)
{
    ZW_LEVEL(ZwClose);
    return handle_close(Handle);
}

NTSTATUS NtClose(HANDLE Handle)
{
    return handle_close(Handle);
}

NTSTATUS ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode)
{
    (void)PreviousMode;
    return handle_close(Handle);
}

NTSTATUS ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options)
{
    ZW_LEVEL(ZwDuplicateObject);
    if (SourceProcessHandle != NtCurrentProcess() || TargetProcessHandle != NtCurrentProcess())
        return STATUS_INVALID_HANDLE;
    OBJECT_HANDLE_INFORMATION information;
    void *body = handle_object(SourceHandle, &information);
    if (body == NULL)
        return STATUS_INVALID_HANDLE;
    if ((Options & DUPLICATE_SAME_ACCESS) != 0)
        DesiredAccess = information.GrantedAccess;
    HANDLE copy = make_told(&(struct handle_wish){body, DesiredAccess, HandleAttributes,
                                                  OB_OPERATION_HANDLE_DUPLICATE});
    object_release(body);
    if (copy == HANDLE_NONE)
        return STATUS_INSUFFICIENT_RESOURCES;
    *TargetHandle = copy;
    if ((Options & DUPLICATE_CLOSE_SOURCE) != 0)
        handle_close(SourceHandle);
    return STATUS_SUCCESS;
}
