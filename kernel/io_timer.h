/* io_timer.h - the end of a device's timer. */
#ifndef KERNEL_IO_TIMER_H
#define KERNEL_IO_TIMER_H

#include "expool/io_timer.h"

/* Stops it and frees it, when there is one. */
void io_timer_end(PDEVICE_OBJECT device);

#endif
