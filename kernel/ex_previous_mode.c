#include "kernel/previous_mode.h"

#include "expool/io.h"

static _Thread_local KPROCESSOR_MODE previous_mode = KernelMode;

KPROCESSOR_MODE previous_mode_set(KPROCESSOR_MODE mode)
{
    KPROCESSOR_MODE before = previous_mode;
    previous_mode = mode;
    return before;
}

KPROCESSOR_MODE ExGetPreviousMode(VOID)
{
    return previous_mode;
}
