/* own_code.h - is this the library's own code? Where it is part of the program, the build gives it
 * a section of its own (cmake/libraries.cmake), whose bounds the linker names. */
#ifndef POOL_OWN_CODE_H
#define POOL_OWN_CODE_H

#include "pool/util.h"

#include <stdbool.h>
#include <stdint.h>

/* The linker's names; without that section they are absent. NOLINTBEGIN */
extern const char __start_expool_text[] __attribute__((weak)) HIDDEN;
extern const char __stop_expool_text[] __attribute__((weak)) HIDDEN;
extern const char __start_expool_kit_text[] __attribute__((weak)) HIDDEN; /* the driver kit's */
extern const char __stop_expool_kit_text[] __attribute__((weak)) HIDDEN;
/* NOLINTEND */

/* Is there such a section? */
static inline bool own_code_is_known(void)
{
    return (uintptr_t)__start_expool_text != 0;
}

static inline bool own_code_has(uintptr_t pc)
{
    return (pc >= (uintptr_t)__start_expool_text && pc < (uintptr_t)__stop_expool_text) ||
           (pc >= (uintptr_t)__start_expool_kit_text && pc < (uintptr_t)__stop_expool_kit_text);
}

#endif
