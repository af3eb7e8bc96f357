#include "pool/drivers.h"

#include "pool/fork.h"
#include "pool/lock.h"

#include <stdatomic.h>
#include <string.h>

_Thread_local uint16_t driver_current __attribute__((tls_model("initial-exec")));

static struct {
    struct lock lock;
    struct {
        char name[DRIVER_NAME_BYTES];
        _Atomic uintptr_t entry;
        _Atomic unsigned state;
        _Atomic uint32_t loads;
        _Atomic uint32_t unloads;
    } rows[DRIVERS_MAX - 1];
    _Atomic unsigned count;
    _Atomic(drivers_listener *) listener;
} drivers = {.lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(drivers.lock)

void drivers_tell(drivers_listener *listener)
{
    atomic_store(&drivers.listener, listener);
}

static void tell(uint16_t driver, enum driver_state state)
{
    drivers_listener *listener = atomic_load(&drivers.listener);
    if (listener != NULL)
        listener(driver, state);
}

static unsigned find_locked(const char *name)
{
    unsigned at = 0;
    while (at < drivers.count && strncmp(drivers.rows[at].name, name, DRIVER_NAME_BYTES - 1) != 0)
        at++;
    return at;
}

uint16_t drivers_load(const char *name, uintptr_t entry)
{
    lock_take(&drivers.lock);
    unsigned at = find_locked(name);
    if (at < DRIVERS_MAX - 1) {
        strncpy(drivers.rows[at].name, name, DRIVER_NAME_BYTES - 1);
        atomic_store(&drivers.rows[at].entry, entry);
        if (at == drivers.count)
            atomic_store(&drivers.count, at + 1);
    }
    lock_drop(&drivers.lock);
    if (at >= DRIVERS_MAX - 1)
        return 0;
    uint16_t driver = (uint16_t)(at + 1);
    drivers_set_state(driver, DRIVER_LOADED);
    return driver;
}

void drivers_set_state(uint16_t driver, enum driver_state state)
{
    if (driver == 0)
        return;
    if (state == DRIVER_UNLOADED) /* its code may go with the row's last word */
        tell(driver, state);
    atomic_fetch_add(&drivers.rows[driver - 1].loads, state == DRIVER_LOADED);
    atomic_fetch_add(&drivers.rows[driver - 1].unloads, state == DRIVER_UNLOADED);
    atomic_store(&drivers.rows[driver - 1].state, state);
    if (state != DRIVER_UNLOADED)
        tell(driver, state);
}

bool drivers_any(void)
{
    return atomic_load_explicit(&drivers.count, memory_order_relaxed) != 0;
}

bool drivers_read(unsigned number, struct driver_row *row)
{
    if (number >= atomic_load(&drivers.count))
        return false;
    *row = (struct driver_row){
        .name = drivers.rows[number].name,
        .entry = atomic_load(&drivers.rows[number].entry),
        .state = (enum driver_state)atomic_load(&drivers.rows[number].state),
        .loads = atomic_load(&drivers.rows[number].loads),
        .unloads = atomic_load(&drivers.rows[number].unloads),
    };
    return true;
}
