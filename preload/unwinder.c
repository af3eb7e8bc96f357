/* unwinder.c - the compiler's unwinder, which is part of this library, ends the program where
 * unwind tables make no sense to it. A stack that cannot be walked is no reason to die at an
 * allocation: the walk ends there, as at a fault. */
#include "pool/os_report.h"

#include <stdlib.h>

/* What is called under this name in here (the linker's --wrap). */
/* NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier) */
_Noreturn void __real_abort(void);
_Noreturn void __wrap_abort(void);
_Noreturn void __wrap_abort(void)
{
    os_try_caught();
    __real_abort();
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */
