/* active_irp.c - the requests that IoAllocateIrp handed out and IoFreeIrp has not taken back. */
#include "kernel/active.h"
#include "kernel/address_set.h"
#include "pool/fork.h"
#include "pool/hook.h"
#include "pool/rules.h"

static struct address_set irps = ADDRESS_SET_EMPTY;
LOCK_OVER_FORK(irps.lock)

void irp_enter(const void *irp)
{
    if (rules_have(RULE_IO) && hook_column() == COLUMN_VERIFIED)
        address_set_add(&irps, irp);
}

void irp_forget(const void *irp)
{
    if (atomic_load_explicit(&rules_in_force, memory_order_relaxed) != 0)
        (void)address_set_remove(&irps, irp);
}

void *irp_take_within(uintptr_t start, uintptr_t end)
{
    return address_set_take_within(&irps, start, end);
}
