/* ke_memory_conditions.h - the nine events under \KernelObjects\ that say how much memory, pool and
 * commit is left. Level triggered: each is signalled as long as its condition holds, by the levels
 * of pool/budget.h. */
#ifndef KERNEL_KE_MEMORY_CONDITIONS_H
#define KERNEL_KE_MEMORY_CONDITIONS_H

#include "expool/event.h"

#include <stddef.h>

/* The event of this name, "LowMemoryCondition" without the directory, of `length` characters, upper
 * and lower case alike; NULL when there is none. It is nobody's to free. Any IRQL. */
PKEVENT memory_condition_find(const WCHAR *name, size_t length);

#endif
