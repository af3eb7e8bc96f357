/* previous_mode.h - on whose behalf the calling thread runs: the host's program is user mode. */
#ifndef KERNEL_PREVIOUS_MODE_H
#define KERNEL_PREVIOUS_MODE_H

#include "expool/dispatcher.h"

/* Returns the mode before. */
KPROCESSOR_MODE previous_mode_set(KPROCESSOR_MODE mode);

#endif
