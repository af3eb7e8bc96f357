/* devioctl.h - control codes. */
#ifndef EXPOOL_DEVIOCTL_H
#define EXPOOL_DEVIOCTL_H

#include "expool/io_control.h"

#endif
