/* drivers.h - the drivers that were loaded (kernel/driver.c) and which of them the calling thread
 * is working for: what is told of a driver at its unload needs both.
 *   table: | name | entry | state | loads | unloads |   a row a name, never moved; no lock to read
 *   thread: driver_current, the row of the driver whose routine it is in; 0: none
 * A driver in an image of its own is known by its code; one that is part of the program only by the
 * calls that the system makes into it. */
#ifndef POOL_DRIVERS_H
#define POOL_DRIVERS_H

#include <stdbool.h>
#include <stdint.h>

enum { DRIVERS_MAX = 256, DRIVER_NAME_BYTES = 64 };

enum driver_state {
    DRIVER_NEVER,
    DRIVER_LOADED, /* from its entry on */
    DRIVER_UNLOADING,
    DRIVER_UNLOADED,
};

struct driver_row {
    const char *name; /* as it was loaded; stays */
    uintptr_t entry;  /* its DriverEntry */
    enum driver_state state;
    uint32_t loads;
    uint32_t unloads;
};

/* 1 .. DRIVERS_MAX - 1; 0: none. */
extern _Thread_local uint16_t driver_current __attribute__((tls_model("initial-exec")));

/* The thread works for `driver` from now on; returns whom it worked for before. */
static inline uint16_t driver_enter(uint16_t driver)
{
    uint16_t before = driver_current;
    driver_current = driver;
    return before;
}

/* A name that was loaded before keeps its row. 0: no room. */
uint16_t drivers_load(const char *name, uintptr_t entry);
void drivers_set_state(uint16_t driver, enum driver_state state); /* counts loads and unloads */

/* Row `number` from 0 on; false: there is none. Any IRQL, from a signal handler too. */
bool drivers_read(unsigned number, struct driver_row *row);
static inline bool drivers_get(uint16_t driver, struct driver_row *row)
{
    return driver != 0 && drivers_read(driver - 1u, row);
}

bool drivers_any(void); /* was one ever loaded? */

/* Who wants to hear of loads and unloads: called with the row, after DRIVER_LOADED before the
 * driver's entry, before DRIVER_UNLOADED after its unload routine. */
typedef void drivers_listener(uint16_t driver, enum driver_state state);
void drivers_tell(drivers_listener *listener);

#endif
