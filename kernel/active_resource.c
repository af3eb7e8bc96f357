/* active_resource.c - the resources in use. */
#include "kernel/active.h"
#include "kernel/address_set.h"
#include "pool/fork.h"

static struct address_set resources = ADDRESS_SET_EMPTY;
LOCK_OVER_FORK(resources.lock)

void resource_enter(const void *resource)
{
    address_set_add(&resources, resource);
}

bool resource_forget(const void *resource)
{
    return address_set_remove(&resources, resource);
}

bool resource_is_entered(const void *resource)
{
    return address_set_has(&resources, resource);
}

void *resource_take_within(uintptr_t start, uintptr_t end)
{
    return address_set_take_within(&resources, start, end);
}
