/* own_operations.h - operations that the kit brings along for a driver with a device: open, close,
 * ioctl, read, write, pnp; and for every driver elapse. */
#ifndef FUZZ_KIT_OWN_OPERATIONS_H
#define FUZZ_KIT_OWN_OPERATIONS_H

#include "expool/kit.h"

const struct kit_operation *kit_own_operations(unsigned *count);

/* Is there what it needs: a device, control codes, plug and play? */
bool kit_own_operation_is_wanted(const struct kit_operation *operation);

#endif
