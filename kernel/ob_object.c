/* ob_object.c - references to objects. */
#include "kernel/misuse.h"
#include "kernel/object.h"
#include "kernel/pool_size.h"

#include "expool/pool.h"
#include "pool/ddi.h"
#include "pool/order.h"
#include "pool/process.h"
#include "pool/util.h"

#define OBJECT_MAGIC UINT64_C(0x74636A624F6C6F50)

/* The pool's processes have none; the pool counts them, the system's not at all. */
static struct object_header *header_of(const void *body)
{
    return (struct object_header *)(uintptr_t)body - 1;
}

void object_start(struct object_header *header, const struct object_type *type)
{
    header->references = 1;
    header->type = type;
    header->magic = OBJECT_MAGIC;
}

void *object_create(const struct object_type *type, size_t body_bytes)
{
    struct object_header *header =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*header) + body_bytes), type->tag);
    if (header == NULL)
        return NULL;
    object_start(header, type);
    return header + 1;
}

void object_reference(void *body)
{
    if (process_is(body)) {
        process_hold(body);
        return;
    }
    __atomic_add_fetch(&header_of(body)->references, 1, __ATOMIC_RELAXED);
}

bool object_try_reference(void *body)
{
    struct object_header *header = header_of(body);
    int64_t before = __atomic_load_n(&header->references, __ATOMIC_RELAXED);
    do {
        if (before <= 0)
            return false;
    } while (!__atomic_compare_exchange_n(&header->references, &before, before + 1, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    return true;
}

static void destroy(struct object_header *header)
{
    void *body = header + 1;
    const struct object_type *type = header->type;
    object_forget_name(body);
    if (type->destroy != NULL)
        type->destroy(body);
    if (type->brings_memory)
        return;
    header->magic = 0;
    ExFreePoolWithTag(header, type->tag);
}

/* The count afterwards; below 0, and nothing changed, when it was 0 before. */
static int64_t release(struct object_header *header)
{
    order_before(header);
    int64_t before = __atomic_load_n(&header->references, __ATOMIC_RELAXED);
    do {
        if (before <= 0)
            return -1;
    } while (!__atomic_compare_exchange_n(&header->references, &before, before - 1, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    if (before == 1) {
        order_after(header);
        destroy(header);
    }
    return before - 1;
}

void object_release(void *body)
{
    if (process_is(body))
        process_drop(body);
    else
        INVARIANT(release(header_of(body)) >= 0);
}

const struct object_type *object_type_of(const void *body)
{
    if (body == NULL)
        return NULL;
    if (process_is(body))
        return &object_type_process;
    return header_of(body)->magic == OBJECT_MAGIC ? header_of(body)->type : NULL;
}

uint64_t object_references(const void *body)
{
    return (uint64_t)__atomic_load_n(&header_of(body)->references, __ATOMIC_RELAXED);
}

int64_t object_count_handle(void *body, int change)
{
    if (process_is(body))
        return 1;
    return __atomic_add_fetch(&header_of(body)->handles, change, __ATOMIC_ACQ_REL);
}

LONG_PTR ObfReferenceObject(PVOID Object)
{
    if (process_is(Object)) {
        process_hold(Object);
        return 1;
    }
    int64_t count = __atomic_add_fetch(&header_of(Object)->references, 1, __ATOMIC_RELAXED);
    if (UNLIKELY(count <= 1))
        MISUSE_WITH(VIOLATION_OBJECT_OVER_RELEASED, Object, .found = (uint64_t)count);
    return (LONG_PTR)count;
}

LONG_PTR ObfDereferenceObject(PVOID Object)
{
    int64_t left = -1;
    if (process_is(Object)) {
        process_drop(Object);
        return 1;
    }
    if (object_type_of(Object) != NULL)
        left = release(header_of(Object));
    if (left < 0)
        MISUSE_WITH(VIOLATION_OBJECT_OVER_RELEASED, Object, .found = (uint64_t)left);
    return (LONG_PTR)left;
}

VOID ObDereferenceObjectDeferDelete(PVOID Object)
{
    ObfDereferenceObject(Object);
}

static bool type_fits(const void *body, POBJECT_TYPE type, KPROCESSOR_MODE mode)
{
    if (type == NULL)
        return mode == KernelMode;
    return object_type_public(object_type_of(body)) == type;
}

NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
                                    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode)
{
    (void)DesiredAccess;
    if (!type_fits(Object, ObjectType, AccessMode))
        return STATUS_OBJECT_TYPE_MISMATCH;
    object_reference(Object);
    return STATUS_SUCCESS;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation)
{
    DDI_LEVEL(ObReferenceObjectByHandle);
    OBJECT_HANDLE_INFORMATION information;
    void *body = handle_object(Handle, &information);
    *Object = NULL;
    if (body == NULL)
        return STATUS_INVALID_HANDLE;
    if (ObjectType != NULL && !type_fits(body, ObjectType, AccessMode)) {
        object_release(body);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (AccessMode != KernelMode && (DesiredAccess & ~information.GrantedAccess) != 0) {
        object_release(body);
        return STATUS_ACCESS_DENIED;
    }
    if (HandleInformation != NULL)
        *HandleInformation = information;
    *Object = body;
    return STATUS_SUCCESS;
}

NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes,
                               PACCESS_STATE PassedAccessState, ACCESS_MASK DesiredAccess,
                               POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode, PHANDLE Handle)
{
    (void)PassedAccessState;
    (void)AccessMode;
    *Handle = NULL;
    if (ObjectType != NULL && !type_fits(Object, ObjectType, AccessMode))
        return STATUS_OBJECT_TYPE_MISMATCH;
    *Handle = handle_open(Object, DesiredAccess, HandleAttributes);
    return *Handle != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
