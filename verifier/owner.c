#include "verifier/owner.h"

#include "pool/bugcheck.h"
#include "pool/drivers.h"
#include "pool/hook.h"
#include "pool/os.h"
#include "pool/own_code.h"
#include "pool/rules.h"
#include "pool/unwind.h"
#include "pool/util.h"
#include "verifier/force_irql.h"
#include "verifier/modules.h"
#include "verifier/special.h"

#include <stdatomic.h>

struct counter {
    _Atomic uint64_t blocks;
    _Atomic uint64_t bytes;
    _Atomic uint64_t peak_blocks;
    _Atomic uint64_t peak_bytes;
};

static struct counter counters[DRIVERS_MAX][2];
static _Atomic(_Atomic uint16_t *) by_unit; /* NULL: no driver had a block there yet */

static bool is_in(const struct driver_row *driver, const struct module *module)
{
    return driver->entry >= module->start && driver->entry < module->end &&
           driver->state != DRIVER_UNLOADED && driver->state != DRIVER_NEVER;
}

/* The one driver of an image that is not the program; 0: there are more, or none. */
static uint16_t only_driver_in(const struct module *module)
{
    struct driver_row driver;
    uint16_t found = 0;
    for (uint16_t i = 0; drivers_read(i, &driver); i++) {
        if (!is_in(&driver, module))
            continue;
        if (found != 0)
            return 0;
        found = (uint16_t)(i + 1);
    }
    return module->is_program ? 0 : found;
}

static uint16_t owner_of(uintptr_t pc)
{
    struct driver_row driver;
    const struct module *module = modules_of(pc);
    if (module == NULL || module->class == MODULE_LIBRARY || own_code_has(pc))
        return 0;
    if (drivers_get(driver_current, &driver) && is_in(&driver, module))
        return driver_current;
    return only_driver_in(module);
}

struct owner_count owner_count(uint16_t driver, bool paged)
{
    struct counter *counter = &counters[driver][paged];
    return (struct owner_count){atomic_load(&counter->blocks), atomic_load(&counter->bytes),
                                atomic_load(&counter->peak_blocks),
                                atomic_load(&counter->peak_bytes)};
}

static NOINLINE void raise_unloading(uint16_t driver, const struct request *request)
{
    struct owner_count paged = owner_count(driver, true);
    struct owner_count nonpaged = owner_count(driver, false);
    struct violation violation = {
        .kind = VIOLATION_ALLOCATE_UNLOADING,
        .column = hook_column_of(request->frame),
        .size_bytes = request->size_bytes,
        .pool_type = pool_type_of(request->kind),
        .tag = tag_without_protection(request->tag),
        .irql = irql_current,
        .expected = paged.bytes,
        .found = nonpaged.bytes,
        .contents = paged.blocks + nonpaged.blocks,
        .pc = unwind_caller(request->frame),
        .frame = request->frame,
    };
    violation_raise(&violation);
}

uint16_t owner_of_request(const struct request *request)
{
    struct driver_row driver;
    if (LIKELY(!drivers_any()) || request->frame == NULL)
        return 0;
    uint16_t owner = owner_of(unwind_caller(request->frame));
    if (drivers_get(owner, &driver) && driver.state == DRIVER_UNLOADING &&
        rules_have(RULE_TRACKING))
        raise_unloading(owner, request);
    return owner;
}

static void raise_peak(_Atomic uint64_t *peak, uint64_t value)
{
    uint64_t before = atomic_load(peak);
    while (value > before && !atomic_compare_exchange_weak(peak, &before, value))
        ;
}

void owner_charge(uint16_t driver, enum pool_kind kind, size_t bytes)
{
    struct counter *counter = &counters[driver][pool_is_paged(kind)];
    if (driver == 0)
        return;
    raise_peak(&counter->peak_blocks, atomic_fetch_add(&counter->blocks, 1) + 1);
    raise_peak(&counter->peak_bytes, atomic_fetch_add(&counter->bytes, bytes) + bytes);
}

void owner_refund(uint16_t driver, enum pool_kind kind, size_t bytes)
{
    struct counter *counter = &counters[driver][pool_is_paged(kind)];
    if (driver == 0)
        return;
    atomic_fetch_sub(&counter->blocks, 1);
    atomic_fetch_sub(&counter->bytes, bytes);
}

/* Without memory for the table the block is nobody's, and missing at its driver's unload. */
static _Atomic uint16_t *unit_table(void)
{
    _Atomic uint16_t *table = atomic_load_explicit(&by_unit, memory_order_acquire);
    if (table != NULL)
        return table;
    _Atomic uint16_t *made = os_table(space.units * sizeof *made);
    if (made != NULL && !atomic_compare_exchange_strong(&by_unit, &table, made)) {
        os_release(made, space.units * sizeof *made);
        return table;
    }
    return made;
}

static void set_unit(uint32_t unit, uint16_t driver)
{
    if (driver == 0 && atomic_load_explicit(&by_unit, memory_order_acquire) == NULL)
        return;
    _Atomic uint16_t *table = unit_table();
    if (table != NULL)
        atomic_store_explicit(&table[unit], driver, memory_order_relaxed);
}

uint16_t owner_of_unit(uint32_t unit)
{
    _Atomic uint16_t *table = atomic_load_explicit(&by_unit, memory_order_acquire);
    return table == NULL ? 0 : atomic_load_explicit(&table[unit], memory_order_relaxed);
}

/* Most programs have no drivers, and no owners to write down. */
void owner_take_special(const void *block, const struct request *request, uint16_t driver)
{
    if (LIKELY(!drivers_any()))
        return;
    set_unit(special_head(block), driver);
    owner_charge(driver, request->kind, request->size_bytes);
}

/* A free that is refused leaves the block to its owner. */
static bool free_owned(const struct release *release)
{
    uint32_t unit = special_head(release->address);
    if (unit == UNIT_NONE)
        return special_free(release);
    struct slot_facts facts = slot_facts(space_slot(unit));
    uint16_t owner = facts.state == SLOT_LIVE ? owner_of_unit(unit) : 0;
    bool is_ours = special_free(release);
    if (owner != 0 && !slot_is_live(space_slot(unit)))
        owner_refund(owner, (enum pool_kind)facts.kind, facts.size_bytes);
    return is_ours;
}

bool owner_free_special(const struct release *release)
{
    if (!space_has(release->address))
        return false;
    force_irql_freeing(release->address);
    bool is_ours = LIKELY(!drivers_any()) ? special_free(release) : free_owned(release);
    force_irql_freed(release->address);
    return is_ours;
}
