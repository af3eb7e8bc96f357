/* verified.c - which drivers there are, which of them are verified, what each has. */
#include "expool/verifier.h"

#include "pool/drivers.h"
#include "verifier/modules.h"
#include "verifier/owner.h"

#include <string.h>

bool expool_verifier_driver_add(const char *name)
{
    return modules_add(name);
}

bool expool_verifier_driver_remove(const char *name)
{
    return modules_remove(name);
}

struct list {
    struct expool_verifier_driver *rows;
    size_t capacity;
    size_t count;
};

static struct expool_verifier_pool pool_of(uint16_t driver, bool paged)
{
    struct owner_count count = owner_count(driver, paged);
    return (struct expool_verifier_pool){count.blocks, count.peak_blocks, count.bytes,
                                         count.peak_bytes};
}

static void add_row(struct list *list, const struct expool_verifier_driver *row)
{
    if (list->count < list->capacity)
        list->rows[list->count] = *row;
    list->count++;
}

static void add_driver(struct list *list, uint16_t number, const struct driver_row *driver)
{
    static const enum expool_driver_state states[] = {
        [DRIVER_NEVER] = EXPOOL_DRIVER_NEVER_LOADED,
        [DRIVER_LOADED] = EXPOOL_DRIVER_LOADED,
        [DRIVER_UNLOADING] = EXPOOL_DRIVER_UNLOADING,
        [DRIVER_UNLOADED] = EXPOOL_DRIVER_UNLOADED,
    };
    struct expool_verifier_driver row = {
        .state = states[driver->state],
        .is_verified = modules_verifies(driver->entry),
        .loads = driver->loads,
        .unloads = driver->unloads,
        .paged = pool_of(number, true),
        .nonpaged = pool_of(number, false),
    };
    strncpy(row.name, driver->name, sizeof row.name - 1);
    add_row(list, &row);
}

static void add_named(const char *name, void *context)
{
    struct driver_row driver;
    struct expool_verifier_driver row = {.is_verified = true};
    for (unsigned i = 0; drivers_read(i, &driver); i++)
        if (modules_is_called(driver.name, name))
            return; /* it has its row */
    strncpy(row.name, name, sizeof row.name - 1);
    row.state = modules_is_there(name) ? EXPOOL_DRIVER_LOADED : EXPOOL_DRIVER_NEVER_LOADED;
    add_row(context, &row);
}

size_t expool_verifier_drivers_list(struct expool_verifier_driver *rows, size_t capacity)
{
    struct list list = {rows, capacity, 0};
    struct driver_row driver;
    for (unsigned i = 0; drivers_read(i, &driver); i++)
        add_driver(&list, (uint16_t)(i + 1), &driver);
    modules_each_chosen(add_named, &list);
    return list.count;
}
